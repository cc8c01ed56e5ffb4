import type { Container, KubernetesObject, PodSpec, PodTemplate } from '#src/domain/kubernetes/objects.ts'
import type { Snapshot } from '#src/domain/snapshot.ts'
import { isSecretName } from './create-redactor.ts'

const credentialsInUrl = /[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@]{0,100}:([^\s/@]{1,200})@/gi

/**
 * Secret values that the snapshot holds in clear: plain env values and config map values under a secret name, and passwords
 * inside URLs. They are masked wherever they turn up later, in a log line as much as in an event.
 */
export function collectSecrets(snapshot: Snapshot): string[] {
  const secrets = new Set<string>()
  for (const object of Object.values(snapshot.objects).flat() as KubernetesObject[]) {
    for (const container of containersOf(object))
      for (const variable of container.env ?? []) keep(secrets, variable.name, variable.value)
  }
  for (const map of snapshot.objects.ConfigMap ?? [])
    for (const [key, value] of Object.entries(map.data ?? {})) keep(secrets, key, value)
  return [...secrets]
}

function containersOf(object: KubernetesObject): Container[] {
  const spec = (
    object as {
      spec?: Partial<PodSpec> & { template?: PodTemplate; jobTemplate?: { spec?: { template?: PodTemplate } } }
    }
  ).spec
  const podSpec =
    spec?.template?.spec ?? spec?.jobTemplate?.spec?.template?.spec ?? (object.kind === 'Pod' ? spec : undefined)
  return [...(podSpec?.containers ?? []), ...(podSpec?.initContainers ?? [])]
}

function keep(secrets: Set<string>, name: string, value: string | undefined): void {
  if (!value) return
  if (isSecretName(name) && isMaskable(value)) secrets.add(value)
  for (const match of value.matchAll(credentialsInUrl)) if (match[1] && isMaskable(match[1])) secrets.add(match[1])
}

/** Masking a very short or common word everywhere would tear holes into harmless text. */
function isMaskable(value: string): boolean {
  if (/^\$\(.+\)$/.test(value) || /^(?:true|false|none|null|default|changeme|enabled|disabled)$/i.test(value))
    return false
  if (value.length === 3) return /[a-z]/i.test(value) && /[^a-z]/i.test(value)
  return value.length >= 6 || (value.length >= 4 && /[^a-z]/.test(value))
}
