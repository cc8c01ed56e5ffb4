import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Ingress } from '#src/domain/kubernetes/objects.ts'
import { draftFinding } from '#src/rules/kit/draft-finding.ts'
import { instruct } from '#src/rules/kit/instruct.ts'

interface Claim {
  ingress: Ingress
  /** Class, host and path: what only one backend can have. */
  place: string
  at: string
  service: string
}

/** Ingresses that claim one host and path for different services: the controller follows one of them and ignores the other. */
export function ingressClashes(view: ClusterView): FindingDraft[] {
  const claims = view.list('Ingress').flatMap(claimsOf)
  const pairs = new Map<string, FindingDraft>()
  for (const group of Map.groupBy(claims, ({ place }) => place).values()) {
    const [older, ...later] = group.toSorted(byAge)
    const rival = later.find(({ ingress, service }) => ingress !== older?.ingress && service !== older?.service)
    if (!older || !rival) continue
    pairs.set(`${older.ingress.metadata.uid} ${rival.ingress.metadata.uid}`, clash(view, older, rival))
  }
  return [...pairs.values()]
}

/** A canary is meant to share its path. */
function claimsOf(ingress: Ingress): Claim[] {
  const { annotations, namespace, deletionTimestamp } = ingress.metadata
  const isCanary = Object.entries(annotations ?? {}).some(([key, value]) => /canary/.test(key) && value !== 'false')
  if (deletionTimestamp || isCanary) return []
  const className = ingress.spec?.ingressClassName ?? annotations?.['kubernetes.io/ingress.class'] ?? ''
  return (ingress.spec?.rules ?? []).flatMap(({ host, http }) =>
    (http?.paths ?? []).flatMap(({ path = '/', pathType, backend }) => {
      if (!backend.service) return []
      const at = `${host ?? '*'}${path}`
      const { name, port } = backend.service
      const place = `${className} ${pathType ?? ''} ${at}`
      return [{ ingress, place, at, service: `${namespace}/${name}:${port?.name ?? port?.number ?? ''}` }]
    }),
  )
}

function byAge(left: Claim, right: Claim): number {
  const [one, other] = [left.ingress.metadata, right.ingress.metadata]
  return (
    (one.creationTimestamp ?? '').localeCompare(other.creationTimestamp ?? '') || one.name.localeCompare(other.name)
  )
}

function clash(view: ClusterView, older: Claim, rival: Claim): FindingDraft {
  const [first, second] = [older.ingress.metadata.name, rival.ingress.metadata.name]
  return draftFinding({
    mechanism: 'ingress_path_clash',
    resource: refOf(rival.ingress),
    severity: 'low',
    confidence: 0.75,
    confidence_reason: 'both claim the same host and path; which one wins its controller decides, mostly the older one',
    statement: `Ingress ${second} and the older Ingress ${first} both claim ${older.at}, for Service ${serviceName(rival)} and Service ${serviceName(older)}: the controller follows only one of them`,
    evidence: [older, rival].map(({ ingress, at, service }) =>
      objectEvidence(view.snapshot, ingress, '.spec.rules', `Ingress ${ingress.metadata.name}: ${at} -> ${service}`),
    ),
    remedies: [
      instruct(
        refOf(rival.ingress),
        'patch_ingress',
        `Give ${older.at} to one of the Ingresses ${first} and ${second} and take it out of the other; their owners decide which Service serves it.`,
        {
          reason: 'one host and path leads to one service',
          risk: 'low',
          needs: [{ param: 'backend', ask: `Which Service shall serve ${older.at}?` }],
        },
      ),
    ],
  })
}

function serviceName({ service }: Claim): string {
  return service.split('/').at(-1) ?? service
}
