import { refOf } from '#src/domain/cluster-view.ts'
import { eventEvidence } from '#src/domain/evidence-draft.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import { refKey, type ResourceRef } from '#src/domain/resource-ref.ts'
import { draftFinding } from '#src/rules/kit/findings.ts'
import { isPodReady } from '#src/rules/kit/pods.ts'
import { defineRule } from '#src/rules/rule.ts'
import { instruct } from '#src/rules/kit/actions.ts'

const recent = 60 * 60_000
/** One round through the replicas is how it is meant to work. */
const fewest = 3

/** Workloads that a vertical autoscaler keeps evicting while they lack ready pods: it asks for too much, or too often. */
export const vpaEvictions = defineRule({
  name: 'vpa-evictions',
  finds: {
    vpa_evictions: {
      title: 'a vertical autoscaler keeps evicting pods',
      category: 'autoscaling',
      role: 'cause',
      layer: 'container',
      detected:
        'A vertical autoscaler evicted pods of a workload more often within the hour than it has replicas, and the workload lacks ready ones.',
      from: ['event `EvictedByVPA`', 'Ready condition of the pods'],
      suggests: ['custom_instruction'],
      limits: 'The VerticalPodAutoscaler itself is not read.',
    },
  },
  find: (view) => {
    const evicted = view.snapshot.events.filter(
      (event) => /^EvictedByVPA$/i.test(event.reason) && (view.ageOf(event.last_seen) ?? recent) < recent,
    )
    const workloads = [...view.list('Deployment'), ...view.list('StatefulSet')]
    return workloads.flatMap((workload) => {
      const resource = refOf(workload)
      const own = evicted.filter((event) => belongsTo(event, resource))
      const times = own.reduce((sum, event) => sum + event.count, 0)
      const ready = view.podsOf(workload).filter(isPodReady).length
      const wanted = workload.spec.replicas ?? 1
      if (times < Math.max(fewest, wanted + 1) || ready >= wanted) return []
      const { kind, name } = resource
      return [
        draftFinding({
          mechanism: 'vpa_evictions',
          resource,
          severity: ready === 0 ? 'high' : 'medium',
          confidence: 0.75,
          confidence_reason: 'the updater evicts its pods again and again while it lacks ready ones',
          statement: `The vertical autoscaler evicted pods of ${kind} ${name} ${times} times in the last hour (EvictedByVPA), and ${ready} of ${wanted} are ready`,
          evidence: own.slice(0, 3).map(eventEvidence),
          affects: view.podsOf(workload).map(refOf),
          remedies: [
            instruct(
              resource,
              'patch_vpa',
              `Let the VerticalPodAutoscaler of ${kind} ${name} leave running pods alone (updateMode Initial) until its recommendation has settled, and bound it by minAllowed and maxAllowed.`,
              { reason: 'each eviction costs a start of the pod' },
            ),
          ],
        }),
      ]
    })
  },
})

/** The pod itself is gone: its name begins with that of its workload. */
function belongsTo({ regarding }: ClusterEvent, { kind, namespace, name }: ResourceRef): boolean {
  if (regarding.kind !== 'Pod') return refKey(regarding) === refKey({ kind, namespace, name })
  const rest = kind === 'StatefulSet' ? String.raw`\d+` : String.raw`[a-z0-9]{6,10}-[a-z0-9]{5}`
  return (
    regarding.namespace === namespace &&
    new RegExp(`^${name.replaceAll('.', String.raw`\.`)}-${rest}$`).test(regarding.name)
  )
}
