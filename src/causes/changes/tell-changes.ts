import type { ActionKind, Remedy } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Vocabulary } from '#src/rules/kit/mechanisms.ts'
import { changesBefore } from './changes-before.ts'
import { describeRecentChange } from './describe-recent-change.ts'
import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'

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

/** Who would write its own value of a field again, and where a change has to be made so that it lasts. */
interface Keeper {
  name: string
  place: string
}

const gitOps =
  /^(argocd|argo-cd|flux|kustomize-controller|helm-controller|gitops|fleet|rancher-fleet|config-?sync|kapp|applyset)/i

const helm = /^helm(file)?$/i

const infrastructure = /^(terraform|pulumi|crossplane)/i

/**
 * The finding with what was changed shortly before it, where the picture holds who writes which fields: as evidence, and as a reason
 * to be surer. A remedy whose field a tool keeps says where the change has to be made so that it lasts.
 */
export function tellChanges(view: ClusterView, finding: FindingDraft, vocabulary: Vocabulary): FindingDraft {
  const remedies = finding.remedies.map((remedy) => withKeeper(view, remedy))
  const changes = changesBefore(view, finding, vocabulary)
  const [newest] = changes
  if (!newest) return { ...finding, remedies }
  const [first, ...rest] = finding.evidence
  const facts = changes.slice(0, shown).map((change) => {
    const { object, paths } = change
    const path = object.kind === 'ConfigMap' ? `.${paths[0]}` : '.metadata.managedFields'
    return objectEvidence(view.snapshot, object, path, describeRecentChange(change))
  })
  const surer = vocabulary.entries[finding.mechanism].role === 'cause' && newest.proven
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

/**
 * The tool that keeps the fields of an object that `isField` accepts: by the managers of those very fields where they are known,
 * else by the labels that deployment tools leave. Undefined for what is kept by nobody but hands.
 */
function keeperOf(view: ClusterView, target: ResourceRef, isField: (path: string) => boolean): Keeper | undefined {
  const object = view.find(target)
  if (!object) return undefined
  if (isField('spec.replicas')) {
    const autoscaler = view
      .list('HorizontalPodAutoscaler')
      .find(
        ({ metadata, spec }) =>
          metadata.namespace === target.namespace &&
          spec.scaleTargetRef.kind === target.kind &&
          spec.scaleTargetRef.name === target.name,
      )
    if (autoscaler) {
      const { name } = autoscaler.metadata
      return { name: `HorizontalPodAutoscaler ${name}`, place: 'by its minReplicas and maxReplicas' }
    }
  }
  const owners = (object.metadata.fieldOwners ?? []).filter(({ paths }) => paths.some(isField))
  const kept = owners.map(({ manager }) => byManager(manager)).find((keeper) => keeper !== undefined)
  return kept ?? byLabels(object)
}

function byManager(manager: string): Keeper | undefined {
  if (gitOps.test(manager)) return { name: manager, place: 'in its repository' }
  if (helm.test(manager)) return { name: 'Helm', place: 'in the values of its release' }
  return infrastructure.test(manager) ? { name: manager, place: 'in its code' } : undefined
}

function byLabels({ metadata }: KubernetesObject): Keeper | undefined {
  const { labels = {}, annotations = {} } = metadata
  const argo = labels['argocd.argoproj.io/instance'] ?? annotations['argocd.argoproj.io/tracking-id']?.split(':')[0]
  if (argo) return { name: `Argo CD application ${argo}`, place: 'in its repository' }
  const flux = labels['kustomize.toolkit.fluxcd.io/name'] ?? labels['helm.toolkit.fluxcd.io/name']
  if (flux) return { name: `Flux (${flux})`, place: 'in its repository' }
  const release = annotations['meta.helm.sh/release-name']
  return release ? { name: `Helm release ${release}`, place: 'in its values' } : undefined
}
