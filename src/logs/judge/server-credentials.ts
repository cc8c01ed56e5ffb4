import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Service } from '#src/domain/kubernetes/objects.ts'
import { containerCredentials, type CredentialSource } from './container-credentials.ts'

/** What the server behind a Service itself takes its password from, by the same kind of names. */
export function serverCredentials(
  service: Service,
  view: ClusterView,
): { owner: string; source: CredentialSource } | undefined {
  const pod = view.podsOfService(service)[0]
  if (!pod) return undefined
  const sources = pod.spec.containers.flatMap((container) =>
    containerCredentials(container, pod.metadata.namespace ?? '', view).filter(
      ({ variable, secret }) => secret && /PASS/i.test(variable),
    ),
  )
  const [only] = sources
  const { kind, name } = view.workloadOf(pod)
  return only && sources.length === 1 ? { owner: `${kind} ${name}`, source: only } : undefined
}
