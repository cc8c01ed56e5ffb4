import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Category, Vocabulary } from '#src/rules/kit/mechanisms.ts'
import { type RecentChange, recentChanges } from './recent-changes.ts'

/** Fields that a fault of a category can come from. Of an application's own errors any change may be the cause. */
const aspects: Partial<Record<Category, RegExp>> = {
  image: /\.image$|imagePull/,
  probe: /Probe|\.ports|\.image$|\.args|\.command|\.env/,
  resources: /\.resources|\.env|\.args|\.command|\.image$|^data/,
  scheduling: /nodeSelector|affinity|tolerations|topologySpread|\.resources|hostPort|priorityClass|^spec\.replicas$/i,
  config: /\.env|\.args|\.command|\.volume|\.image$|securityContext|^data|^binaryData/,
  application: /^spec\.template|^spec\.jobTemplate|^data|^binaryData/,
  access: /serviceAccount|\.env|^data|\.image$/,
  network: /\.env|\.ports|labels|hostNetwork|dnsPolicy|^data|\.args/,
  storage: /\.volume/,
  rollout: /^spec\.(?:replicas|paused|strategy|updateStrategy|template)/,
  autoscaling: /^spec\.replicas$|\.resources/,
  admission: /\.resources|securityContext|^spec\.replicas$/,
  job: /^spec\.(?:schedule|suspend|timeZone|jobTemplate)/,
}

const shortlyBefore = 60 * 60_000
/** Clocks and the moment at which a symptom is noted differ. */
const slack = 5 * 60_000

/** Changes of fields that a finding can come from: within the hour before it, where it is known since when it is there. */
export function changesBefore(
  view: ClusterView,
  { resource, since, mechanism }: Pick<FindingDraft, 'resource' | 'since' | 'mechanism'>,
  { entries }: Vocabulary,
): RecentChange[] {
  const aspect = aspects[entries[mechanism].category]
  if (!aspect) return []
  const began = Date.parse(since ?? '')
  return recentChanges(view, resource).flatMap((change) => {
    const paths = change.paths.filter((path) => aspect.test(path))
    const before = Number.isNaN(began) ? 0 : began - Date.parse(change.time)
    return paths.length > 0 && before > -slack && before < shortlyBefore ? [{ ...change, paths }] : []
  })
}
