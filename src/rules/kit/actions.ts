import {
  actionDefinitions,
  type ActionKind,
  type ActionNeed,
  type ActionParams,
  type Remedy,
} from '#src/domain/action.ts'
import type { Risk, WhatIf } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import { type Revision, revisionsOf } from '#src/domain/kubernetes/revisions.ts'
import type { PodTemplate } from '#src/domain/kubernetes/objects.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { ownerOf } from './objects.ts'

/*
 * The changes that rules propose, one constructor per kind. Risk and reversibility come from the table of the action kinds, so that
 * the same change has the same risk whichever rule proposes it.
 */

type RemedyOf<K extends ActionKind> = Extract<Remedy, { kind: K }>

/** What a rule says about a change besides its parameters. */
interface Explanation {
  reason: string
  needs?: ActionNeed[]
  what_if?: WhatIf
  /** A risk or reversibility that differs from the usual one of the kind, with the reason, which the reader is given. */
  override?: { risk?: Risk; reversible?: boolean; because: string }
}

type Constructor<K extends ActionKind> = (
  target: ResourceRef,
  params: ActionParams<K>,
  explanation: Explanation,
) => RemedyOf<K>

function constructorOf<K extends ActionKind>(kind: K): Constructor<K> {
  const { risk, reversible } = actionDefinitions[kind]
  return (target, params, { override, reason, ...rest }) => {
    const { because, ...assessment } = override ?? { because: undefined }
    const text = because === undefined ? reason : `${endSentence(reason)} ${because}`
    const remedy = { kind, target, params, risk, reversible, ...assessment, reason: text, ...rest }
    // The members of the union differ in kind and parameters alone, which K fixes here.
    return remedy as unknown as RemedyOf<K>
  }
}

/** Reasons are sentences or parts of one; a further sentence needs a full stop before it. */
function endSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}

export const restartRollout = constructorOf('restart_rollout')
export const resumeRollout = constructorOf('resume_rollout')
export const scale = constructorOf('scale')
export const setEnv = constructorOf('set_env')
export const setImage = constructorOf('set_image')
export const setCommand = constructorOf('set_command')
export const patchResources = constructorOf('patch_resources')
export const patchProbe = constructorOf('patch_probe')
export const patchService = constructorOf('patch_service')
export const patchScheduling = constructorOf('patch_scheduling')
export const patchConfigMap = constructorOf('patch_configmap')
export const patchAutoscaler = constructorOf('patch_hpa')
export const recreateJob = constructorOf('recreate_job')
export const unsuspendCronJob = constructorOf('unsuspend_cronjob')
export const cordon = constructorOf('cordon')
export const uncordon = constructorOf('uncordon')

const rollback = constructorOf('rollback')
const customInstruction = constructorOf('custom_instruction')
const escalation = constructorOf('escalate')

/** A question to people, where only its owner may or can change the object. `to` names who is asked; absent: the owner by its labels. */
export function escalate(view: ClusterView, target: ResourceRef, ask: string, reason: string, to?: string): Remedy {
  return escalation(target, { to: to ?? ownerOf(view, target), ask }, { reason })
}

/** Exact steps for a person; `change` is a word for the kind of change (`create_storageclass`, `label_node`). */
export function instruct(target: ResourceRef, change: string, instruction: string, explanation: Explanation): Remedy {
  return customInstruction(target, { change, instruction }, explanation)
}

/** Why an earlier revision can be trusted: its pods are ready now, it ran for a while, or it only lacks the fault. */
export type RevisionProof = 'ready' | 'ran' | 'remembered'

/** An earlier revision that lacks the fault, and the remedy that goes back to it. */
export interface GoodRevision {
  revision: Revision
  proof: RevisionProof
  remedy: Remedy
}

interface RollbackOptions {
  /** Does a template lack the fault? */
  lacksFault: (template: PodTemplate) => boolean
  /** The container whose image is shown; absent: the first one. */
  container?: string
  /** Only revisions that are known to have worked. */
  proven?: boolean
}

/** A revision that ran this long before it was replaced counts as one that worked. */
const ranAfterMs = 600_000

/**
 * The undo of the change that broke a workload: the newest earlier revision without the fault, one with ready pods first, then one
 * that ran for ten minutes. A revision that an undo has just left is never proposed: somebody found it broken.
 */
export function rollBack(view: ClusterView, workload: ResourceRef, options: RollbackOptions): GoodRevision | undefined {
  const revisions = revisionsOf(view, workload)
  const current = revisions.find((revision) => revision.current)
  const candidates = revisions
    .filter((each) => !each.current && !wasLeft(each, current) && options.lacksFault(each.template))
    .map((revision) => ({ revision, proof: proofOf(revision, revisions) }))
  const chosen =
    candidates.find(({ proof }) => proof === 'ready') ?? (options.proven ? candidates.find(ran) : candidates[0])
  return chosen && { ...chosen, remedy: rollbackTo(workload, chosen.revision, chosen.proof, options.container) }
}

/**
 * The rollback as the first remedy where a change of the template brought the fault: an earlier revision still has ready pods and
 * differs in `aspect`, the part of the template that the fault is about. Otherwise empty.
 */
export function undoChange(
  view: ClusterView,
  workload: ResourceRef,
  aspect: (template: PodTemplate) => unknown,
): Remedy[] {
  const current = view.templateOf(workload)
  if (!current) return []
  const now = JSON.stringify(aspect(current))
  const good = rollBack(view, workload, { lacksFault: (template) => JSON.stringify(aspect(template)) !== now })
  return good?.proof === 'ready' ? [good.remedy] : []
}

/** What remains to do about a symptom that nothing explains: back to a revision whose pods are ready, else its owners are asked. */
export function undoOrAsk(view: ClusterView, workload: ResourceRef, ask: string): Remedy[] {
  const good = rollBack(view, workload, { lacksFault: () => true })
  const owners = escalate(view, workload, ask, 'The facts show how it fails, not why.')
  return good?.proof === 'ready' ? [good.remedy, owners] : [owners]
}

const proofs: Readonly<Record<Exclude<RevisionProof, 'ready'>, string>> = {
  ran: 'it ran for at least ten minutes before it was replaced',
  remembered: 'it is the newest earlier revision without the fault',
}

function rollbackTo(
  workload: ResourceRef,
  { revision, template, ready_replicas }: Revision,
  proof: RevisionProof,
  container: string | undefined,
): Remedy {
  const { containers } = template.spec
  const image = (container === undefined ? containers[0] : containers.find(({ name }) => name === container))?.image
  const named = image === undefined ? `Revision ${revision}` : `Revision ${revision} (${image})`
  const because = proof === 'ready' ? `${ready_replicas} of its pods are ready now` : proofs[proof]
  const params = { to_revision: revision, ...(image === undefined ? {} : { to_image: image }) }
  return rollback(workload, params, { reason: `${named} lacks the fault: ${because}.` })
}

function ran({ proof }: { proof: RevisionProof }): boolean {
  return proof === 'ran'
}

function proofOf(revision: Revision, revisions: readonly Revision[]): RevisionProof {
  if (revision.ready_replicas > 0) return 'ready'
  const next = revisions.findLast((other) => other.revision > revision.revision)
  const ranMs = Date.parse(next?.created_at ?? '') - Date.parse(revision.created_at ?? '')
  return ranMs >= ranAfterMs ? 'ran' : 'remembered'
}

/** The wanted template was made before this one: the way to it led back, away from this one. */
function wasLeft(revision: Revision, current: Revision | undefined): boolean {
  return Date.parse(revision.created_at ?? '') > Date.parse(current?.created_at ?? '')
}
