import { type ClusterView, refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { Pod } from '#src/domain/kubernetes/objects.ts'
import { refKey } from '#src/domain/resource-ref.ts'
import { draftFinding, severityOf } from '#src/rules/kit/findings.ts'
import { listNames } from '#src/rules/kit/names.ts'
import { livingPods } from '#src/rules/kit/pods.ts'
import { defineRule } from '#src/rules/rule.ts'
import { escalate } from '#src/rules/kit/actions.ts'

/** A load balancer needs its own checks before it lets a pod in. */
const graceMs = 120_000

/** Pods whose containers are all ready and that are held back by a readiness gate: a controller outside has not said yes. */
export const readinessGates = defineRule({
  name: 'readiness-gates',
  finds: {
    readiness_gate_unmet: {
      title: 'a readiness gate keeps ready containers out of service',
      category: 'probe',
      role: 'cause',
      layer: 'container',
      detected:
        'All containers of a pod have been ready for two minutes, the pod is not, and a condition that its readiness gates name is not True.',
      from: ['.spec.readinessGates', '.status.conditions of the pod'],
      suggests: ['escalate'],
      limits: 'The controller behind a gate (mostly of a load balancer) is not looked for.',
    },
  },
  find: (view) => {
    const held = livingPods(view).flatMap((pod) => {
      const gates = unmet(view, pod)
      return gates.length > 0 ? [{ pod, gates }] : []
    })
    const groups = Map.groupBy(held, ({ pod }) => refKey(view.workloadOf(pod)))
    return [...groups.values()].flatMap((group) => {
      const [first] = group
      if (!first) return []
      const workload = view.workloadOf(first.pod)
      const gates = listNames(first.gates.map(({ gate }) => gate))
      const said = first.gates[0]?.said ?? 'nobody has set it'
      return [
        draftFinding({
          mechanism: 'readiness_gate_unmet',
          resource: workload,
          severity: severityOf(view, workload),
          confidence: 0.9,
          confidence_reason: 'all containers are ready, and only the condition of the gate is not True',
          statement: `${group.length} pod${group.length > 1 ? 's' : ''} of ${workload.kind} ${workload.name} count as not ready for the readiness gate ${gates} alone (${said}); all containers are ready`,
          evidence: group
            .slice(0, 3)
            .map(({ pod }) =>
              objectEvidence(
                view.snapshot,
                pod,
                '.spec.readinessGates',
                `Pod ${pod.metadata.name}: ContainersReady True, readiness gate ${gates}: ${said}`,
              ),
            ),
          affects: [workload, ...group.map(({ pod }) => refOf(pod))],
          remedies: [
            escalate(
              view,
              workload,
              `Why does the controller behind the readiness gate ${gates} not set it (${said})? For a load balancer: is the target registered, and does its health check reach the pods?`,
              'a readiness gate is set by the controller that it belongs to',
              'the platform team',
            ),
          ],
        }),
      ]
    })
  },
})

function unmet(view: ClusterView, pod: Pod): { gate: string; said: string }[] {
  const conditions = pod.status?.conditions ?? []
  const find = (wanted: string) => conditions.find(({ type }) => type === wanted)
  const ready = find('ContainersReady')
  if (ready?.status !== 'True' || find('Ready')?.status === 'True') return []
  const since = view.ageOf(ready.lastTransitionTime ?? pod.metadata.creationTimestamp) ?? 0
  if (since < graceMs) return []
  return (pod.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const condition = find(conditionType)
    if (condition?.status === 'True') return []
    const words = condition?.message ?? condition?.reason
    const said = condition ? `${condition.status}${words ? `: ${words.slice(0, 80)}` : ''}` : 'nobody has set it'
    return [{ gate: conditionType, said }]
  })
}
