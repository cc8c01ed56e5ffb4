import type { ActionKind, Remedy } from '#src/domain/action.ts'
import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import { podReferences } from '#src/domain/kubernetes/pod-references.ts'
import { revisionsOf, templateChanges } from '#src/domain/kubernetes/revisions.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import type { Category, Vocabulary } from '#src/rules/kit/mechanisms.ts'
import { formatDuration } from '#src/util/time.ts'

/** Fields of an object that a manager wrote, the last time at `time`. */
interface RecentChange {
  object: KubernetesObject
  manager: string
  operation: string
  time: string
  /** Milliseconds before the snapshot. */
  age: number
  /** The fields that are known to have changed; without an earlier revision, all fields that the manager writes. */
  paths: string[]
  /** True where an earlier revision shows that these fields changed. */
  proven: boolean
}

const maxAgeMs = 60 * 60_000
/** A write within this time after the creation is part of the creation. */
const creationMs = 2_000

/** Changes of a workload and of the ConfigMaps that it uses within the last hour, newest first; without status and creation. */
function recentChanges(view: ClusterView, ref: ResourceRef): RecentChange[] {
  const object = view.find(ref)
  if (!object) return []
  const template = view.templateOf(ref)
  const maps = (template ? podReferences(template.spec) : []).flatMap(({ kind, name }) => {
    const map = kind === 'ConfigMap' ? view.get('ConfigMap', ref.namespace, name) : undefined
    return map ? [map] : []
  })
  return [object, ...new Set(maps)]
    .flatMap((each) => changesOf(view, each))
    .toSorted((left, right) => left.age - right.age)
}

function changesOf(view: ClusterView, object: KubernetesObject): RecentChange[] {
  const { fieldOwners = [], creationTimestamp = '' } = object.metadata
  return fieldOwners.flatMap(({ manager, operation, subresource, time, paths }) => {
    const age = view.ageOf(time)
    if (time === undefined || age === undefined || age > maxAgeMs || subresource === 'status') return []
    if (Math.abs(Date.parse(time) - Date.parse(creationTimestamp)) < creationMs) return []
    const changed = changedPaths(view, object, time)
    const known = changed ? paths.filter((path) => changed.some((part) => isSameField(path, part))) : paths
    const proven = changed !== undefined && known.length > 0
    return [{ object, manager, operation, time, age, paths: proven ? known : paths, proven }]
  })
}

/** The fields that the newest revision changed, where this write created it. */
function changedPaths(view: ClusterView, object: KubernetesObject, time: string): string[] | undefined {
  const revisions = revisionsOf(view, refOf(object))
  const at = revisions.findIndex(({ current }) => current)
  const [current, before] = [revisions[at], revisions[at + 1]]
  const sinceRevision = Math.abs(Date.parse(current?.created_at ?? '') - Date.parse(time))
  if (!current || !before || !(sinceRevision < 60_000)) return undefined
  return templateChanges(before.template, current.template).map(({ path }) => path)
}

/** `spec.template.spec.containers[web].image` is `containers[web].image` within a template; a list may be named as a whole. */
function isSameField(path: string, changed: string): boolean {
  const short = path.replace(/^spec\.(?:jobTemplate\.spec\.)?template\.(?:spec|metadata)\./, '')
  const whole = changed.replace(/\.value$/, '')
  return short.startsWith(whole) || changed.startsWith(short)
}

/** Fields that can cause a fault of a category. Errors of an application may come from any change of its template. */
const causingFields: Partial<Record<Category, RegExp>> = {
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

const maxBeforeMs = 60 * 60_000
/** Clocks differ, and so does the moment at which a symptom is noticed. */
const toleranceMs = 5 * 60_000

/** Recent changes of fields that can cause a finding; where its start is known, only those of the hour before it. */
export function changesBefore(
  view: ClusterView,
  { resource, since, mechanism }: Pick<FindingDraft, 'resource' | 'since' | 'mechanism'>,
  { entries }: Vocabulary,
): RecentChange[] {
  const fields = causingFields[entries[mechanism].category]
  if (!fields) return []
  const start = Date.parse(since ?? '')
  return recentChanges(view, resource).flatMap((change) => {
    const paths = change.paths.filter((path) => fields.test(path))
    const before = Number.isNaN(start) ? 0 : start - Date.parse(change.time)
    return paths.length > 0 && before > -toleranceMs && before < maxBeforeMs ? [{ ...change, paths }] : []
  })
}

/** `kubectl-edit changed data[app.yaml] of ConfigMap settings at 10:47:44 UTC, 4m before this snapshot`; `last wrote` where it is not proven that this field changed. */
export function describeRecentChange({ object, manager, time, age, paths, proven }: RecentChange): string {
  const { kind, metadata } = object
  const [first = '', second] = paths
  const more = paths.length > 2 ? ` and ${paths.length - 1} more fields` : second ? ` and ${second}` : ''
  const verb = proven || paths.length === 1 ? 'changed' : 'last wrote'
  return `${manager} ${verb} ${first}${more} of ${kind} ${metadata.name} at ${time.slice(11, 19)} UTC, ${formatDuration(age)} before this snapshot`
}

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

/** A change shortly before a cause raises its confidence a little. */
const confidenceBoost = 0.03

const maxConfidence = 0.97

const maxShownChanges = 2

/** A tool that writes its own value of a field again, and the place where a change has to be made so that it lasts. */
interface FieldOwner {
  name: string
  place: string
}

const gitOps =
  /^(argocd|argo-cd|flux|kustomize-controller|helm-controller|gitops|fleet|rancher-fleet|config-?sync|kapp|applyset)/i

const helm = /^helm(file)?$/i

const infrastructure = /^(terraform|pulumi|crossplane)/i

/**
 * Adds the changes shortly before a finding, where the snapshot shows who writes which fields: as evidence, and as a reason for a
 * higher confidence. A remedy that changes a field which a tool manages says where the change has to be made so that it lasts.
 */
export function addRecentChanges(view: ClusterView, finding: FindingDraft, vocabulary: Vocabulary): FindingDraft {
  const remedies = finding.remedies.map((remedy) => withFieldOwner(view, remedy))
  const changes = changesBefore(view, finding, vocabulary)
  const [newest] = changes
  if (!newest) return { ...finding, remedies }
  const [first, ...rest] = finding.evidence
  const evidence = changes.slice(0, maxShownChanges).map((change) => {
    const { object, paths } = change
    const path = object.kind === 'ConfigMap' ? `.${paths[0]}` : '.metadata.managedFields'
    return objectEvidence(view.snapshot, object, path, describeRecentChange(change))
  })
  const surer = vocabulary.entries[finding.mechanism].role === 'cause' && newest.proven
  return {
    ...finding,
    remedies,
    evidence: [...(first ? [first] : []), ...evidence, ...rest],
    confidence: surer
      ? Math.max(finding.confidence, Math.min(maxConfidence, finding.confidence + confidenceBoost))
      : finding.confidence,
    confidence_reason: `${finding.confidence_reason}; ${describeRecentChange(newest)}`,
  }
}

function withFieldOwner(view: ClusterView, remedy: Remedy): Remedy {
  const fields = written[remedy.kind]
  const owner = fields && fieldOwnerOf(view, remedy.target, (path) => fields.test(path))
  if (!owner) return remedy
  const place = `${owner.name} manages this field: change it there too (${owner.place}), or it will be overwritten.`
  return { ...remedy, reason: `${remedy.reason.replace(/\.?$/, '.')} ${place}` }
}

/**
 * The tool that manages the fields of an object that `isField` accepts: by the managers of these fields where they are known, else by
 * the labels of deployment tools. Undefined where no tool manages them.
 */
function fieldOwnerOf(
  view: ClusterView,
  target: ResourceRef,
  isField: (path: string) => boolean,
): FieldOwner | undefined {
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
  const managing = owners.map(({ manager }) => byManager(manager)).find((owner) => owner !== undefined)
  return managing ?? byLabels(object)
}

function byManager(manager: string): FieldOwner | undefined {
  if (gitOps.test(manager)) return { name: manager, place: 'in its repository' }
  if (helm.test(manager)) return { name: 'Helm', place: 'in the values of its release' }
  return infrastructure.test(manager) ? { name: manager, place: 'in its code' } : undefined
}

function byLabels({ metadata }: KubernetesObject): FieldOwner | undefined {
  const { labels = {}, annotations = {} } = metadata
  const argo = labels['argocd.argoproj.io/instance'] ?? annotations['argocd.argoproj.io/tracking-id']?.split(':')[0]
  if (argo) return { name: `Argo CD application ${argo}`, place: 'in its repository' }
  const flux = labels['kustomize.toolkit.fluxcd.io/name'] ?? labels['helm.toolkit.fluxcd.io/name']
  if (flux) return { name: `Flux (${flux})`, place: 'in its repository' }
  const release = annotations['meta.helm.sh/release-name']
  return release ? { name: `Helm release ${release}`, place: 'in its values' } : undefined
}
