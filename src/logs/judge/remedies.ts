import type { ActionNeed, Remedy } from '#src/domain/action.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { revisionsOf, templateChanges, type Revision } from '#src/domain/kubernetes/revisions.ts'
import type { Situation } from './situation.ts'
import { words } from './words.ts'

const provenMs = 600_000

/** The changes that the judgements about logs propose, so that each kind is worded once. */
export const remedies = {
  /**
   * A step back, where the picture shows an earlier revision that was good and that differs in what this container runs:
   * good means that pods of it are ready now, or that it stood for ten minutes before it was replaced.
   */
  rollback(situation: Situation, reason: string): Remedy[] {
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
  },
  /** A question to the people who own the workload. */
  escalate({ workload, pod }: Situation, ask: string, reason: string): Remedy {
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
  },
  /** Exact steps for a person. */
  instruct(target: ResourceRef, change: string, instruction: string, reason: string): Remedy {
    return {
      kind: 'custom_instruction',
      target,
      params: { instruction, change },
      reason,
      risk: 'low',
      reversible: true,
    }
  },
  /** An environment variable of this container; without a value, the value is asked for. */
  setEnv(situation: Situation, name: string, reason: string, known: { value?: string; needs?: ActionNeed[] }): Remedy {
    return {
      kind: 'set_env',
      target: situation.workload,
      params: { container: situation.spec.name, name, ...(known.value === undefined ? {} : { value: known.value }) },
      ...(known.needs ? { needs: known.needs } : {}),
      reason,
      risk: 'low',
      reversible: true,
    }
  },
  /** Who is to be asked and told what, at the end of every sentence about a program's own fault. */
  describe(situation: Situation): string {
    return `${words.subject(situation)} (${words.image(situation)})`
  },
} as const

function goodRevision({ view, workload, spec, status }: Situation): Revision | undefined {
  const revisions = revisionsOf(view, workload)
  const current = revisions.find((revision) => revision.current)
  if (!current) return undefined
  const mark = `ontainers[${spec.name}]`
  // Pods that come up between two ends of a hanging program do not make its revision a good one.
  const serves = current.ready_replicas > 0 && status.restartCount < 2
  return revisions.find((revision) => {
    if (revision.revision >= current.revision || serves) return false
    const changed = templateChanges(revision.template, current.template).some(({ path }) => path.includes(mark))
    return changed && (revision.ready_replicas > 0 || stood(revision, revisions) >= provenMs)
  })
}

function stood(revision: Revision, revisions: readonly Revision[]): number {
  const next = revisions.findLast((other) => other.revision > revision.revision)
  const stoodMs = Date.parse(next?.created_at ?? '') - Date.parse(revision.created_at ?? '')
  return Number.isNaN(stoodMs) ? 0 : stoodMs
}
