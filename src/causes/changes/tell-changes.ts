import type { ActionKind, Remedy } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import { mechanisms } from '#src/domain/mechanism.ts'
import { changesBefore } from './changes-before.ts'
import { describeRecentChange } from './describe-recent-change.ts'
import { keeperOf } from './keeper-of.ts'

/** Fields that a kind of action writes. */
const written: Partial<Record<ActionKind, RegExp>> = {
  rollback: /^spec\.template/,
  resume_rollout: /^spec\.paused$/,
  scale: /^spec\.replicas$/,
  set_env: /\.env/,
  set_image: /\.image$/,
  set_command: /\.(?:command|args)/,
  patch_resources: /\.resources/,
  patch_probe: /Probe/,
  patch_scheduling: /nodeSelector|tolerations|topologySpread/,
  patch_service: /^spec\.(?:selector|ports)/,
  patch_configmap: /^data/,
  unsuspend_cronjob: /^spec\.suspend$/,
  suspend_cronjob: /^spec\.suspend$/,
}

/** A change that came shortly before makes a cause a little surer, never certain. */
const boost = 0.03
const surest = 0.97
const shown = 2

/**
 * The finding with what was changed shortly before it, where the picture holds who writes which fields: as evidence, and as a reason
 * to be surer. A remedy whose field a tool keeps says where the change has to be made so that it lasts.
 */
export function tellChanges(view: ClusterView, finding: FindingDraft): FindingDraft {
  const remedies = finding.remedies.map((remedy) => withKeeper(view, remedy))
  const changes = changesBefore(view, finding)
  const [newest] = changes
  if (!newest) return { ...finding, remedies }
  const [first, ...rest] = finding.evidence
  const facts = changes.slice(0, shown).map((change) => {
    const { object, paths } = change
    const path = object.kind === 'ConfigMap' ? `.${paths[0]}` : '.metadata.managedFields'
    return objectEvidence(view.snapshot, object, path, describeRecentChange(change))
  })
  const surer = mechanisms[finding.mechanism].role === 'cause' && newest.proven
  return {
    ...finding,
    remedies,
    evidence: [...(first ? [first] : []), ...facts, ...rest],
    confidence: surer ? Math.max(finding.confidence, Math.min(surest, finding.confidence + boost)) : finding.confidence,
    confidence_reason: `${finding.confidence_reason}; ${describeRecentChange(newest)}`,
  }
}

function withKeeper(view: ClusterView, remedy: Remedy): Remedy {
  const fields = written[remedy.kind]
  const keeper = fields && keeperOf(view, remedy.target, (path) => fields.test(path))
  if (!keeper) return remedy
  const place = `${keeper.name} keeps this field: change it there too (${keeper.place}), or it comes back.`
  return { ...remedy, reason: `${remedy.reason.replace(/\.?$/, '.')} ${place}` }
}
