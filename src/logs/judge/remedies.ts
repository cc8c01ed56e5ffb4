import type { ActionNeed, Remedy } from '#src/domain/action.ts'
import { type Revision, revisionsOf, templateChanges } from '#src/domain/kubernetes/revisions.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import type { Situation } from './situation.ts'

const goodAfterMs = 600_000

/**
 * Back to an earlier revision, where the snapshot shows one that was good and that differs in what this container runs. Good means
 * that pods of it are ready now, or that it ran for ten minutes before it was replaced.
 */
export function rollback(situation: Situation, reason: string): Remedy[] {
  const earlier = goodRevision(situation)
  if (!earlier) return []
  const image = earlier.template.spec.containers.find((container) => container.name === situation.spec.name)?.image
  return [
    {
      kind: 'rollback',
      target: situation.workload,
      params: { to_revision: earlier.revision, ...(image ? { to_image: image } : {}) },
      reason: `${reason}; revision ${earlier.revision}${image ? ` (${image})` : ''} ran before it`,
      risk: 'medium',
      reversible: true,
    },
  ]
}

/** A question to the people who own the workload. */
export function escalate({ workload, pod }: Situation, ask: string, reason: string): Remedy {
  const marks = { ...pod.metadata.annotations, ...pod.metadata.labels }
  const to = marks['team'] ?? marks['owner'] ?? marks['app.kubernetes.io/team']
  return {
    kind: 'escalate',
    target: workload,
    params: { ask, ...(to ? { to } : {}) },
    reason,
    risk: 'low',
    reversible: true,
  }
}

/** Exact steps for a person. */
export function instruct(target: ResourceRef, change: string, instruction: string, reason: string): Remedy {
  return {
    kind: 'custom_instruction',
    target,
    params: { instruction, change },
    reason,
    risk: 'low',
    reversible: true,
  }
}

/** Sets an environment variable of this container; without a value, the value is asked for. */
export function setEnv(
  situation: Situation,
  name: string,
  reason: string,
  known: { value?: string; needs?: ActionNeed[] },
): Remedy {
  return {
    kind: 'set_env',
    target: situation.workload,
    params: { container: situation.spec.name, name, ...(known.value === undefined ? {} : { value: known.value }) },
    ...(known.needs ? { needs: known.needs } : {}),
    reason,
    risk: 'low',
    reversible: true,
  }
}

/** Replaces the command or the arguments of this container by the whole list. */
export function setCommand(situation: Situation, field: 'args' | 'command', list: string[], reason: string): Remedy {
  return {
    kind: 'set_command',
    target: situation.workload,
    params: { container: situation.spec.name, [field]: list },
    reason,
    risk: 'low',
    reversible: true,
  }
}

function goodRevision({ view, workload, spec, status }: Situation): Revision | undefined {
  const revisions = revisionsOf(view, workload)
  const current = revisions.find((revision) => revision.current)
  if (!current) return undefined
  const mark = `ontainers[${spec.name}]`
  // A program that hangs is ready for a while after each restart: that does not make its revision a good one.
  const serves = current.ready_replicas > 0 && status.restartCount < 2
  return revisions.find((revision) => {
    if (revision.revision >= current.revision || serves) return false
    const changed = templateChanges(revision.template, current.template).some(({ path }) => path.includes(mark))
    return changed && (revision.ready_replicas > 0 || ranForMs(revision, revisions) >= goodAfterMs)
  })
}

function ranForMs(revision: Revision, revisions: readonly Revision[]): number {
  const next = revisions.findLast((other) => other.revision > revision.revision)
  const ranMs = Date.parse(next?.created_at ?? '') - Date.parse(revision.created_at ?? '')
  return Number.isNaN(ranMs) ? 0 : ranMs
}
