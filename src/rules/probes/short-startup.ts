import type { Remedy } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import { eventEvidence, objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import { groupFinding } from '#src/rules/kit/group-finding.ts'
import { nameGroup } from '#src/rules/kit/name-group.ts'
import type { ContainerGroup } from '#src/rules/kit/pod-groups.ts'
import type { ProbeFailure } from './probe-failure.ts'
import { probeFault } from './probe-fault.ts'
import type { ProbeKind } from './probe-of.ts'
import { probePort } from '#src/rules/kit/probe-port.ts'

/** A startup probe that gives up while the program is still coming up: each run lives as long as the probe grants and no longer. */
export function shortStartup(
  view: ClusterView,
  group: ContainerGroup,
  kind: ProbeKind,
  failing: ProbeFailure[],
): FindingDraft[] {
  const [first] = failing
  if (kind !== 'startup' || !first?.killing || !/connection refused/.test(first.event.message)) return []
  if (probeFault(view, group, first)) return []
  const { probe } = first
  const [delay, period, tries] = [
    probe.initialDelaySeconds ?? 0,
    probe.periodSeconds ?? 10,
    probe.failureThreshold ?? 3,
  ]
  const granted = delay + period * tries
  const end = first.status?.lastState?.terminated ?? first.status?.state?.terminated
  const lived = (Date.parse(end?.finishedAt ?? '') - Date.parse(end?.startedAt ?? '')) / 1000
  const grace = (first.pod.spec.terminationGracePeriodSeconds ?? 30) + period
  if (Number.isNaN(lived) || lived > granted + grace) return []
  const rule = `${delay > 0 ? `initialDelaySeconds ${delay} + ` : ''}failureThreshold ${tries} x periodSeconds ${period}`
  const index = first.pod.spec.containers.findIndex((spec) => spec.name === group.container)
  return [
    groupFinding(
      view,
      group,
      failing,
      ({ event, killing }) => [eventEvidence(event), ...(killing ? [eventEvidence(killing)] : [])],
      {
        mechanism: 'startup_probe_too_short',
        confidence: 0.7,
        confidence_reason:
          'each run ends when the probe gives up, with the port still closed; the log would tell how long a start takes',
        statement: `${nameGroup(group, failing)} is killed before it has started: its startup probe (startupProbe) grants about ${granted} s (${rule}), and port ${probePort(probe)} still refuses connections when it is killed after ${Math.round(lived)} s.`,
        evidence: [
          objectEvidence(view.snapshot, first.pod, `.spec.containers[${index}].startupProbe`, `startup probe: ${rule}`),
        ],
        remedies: [giveTime(group, granted, delay, period)],
      },
    ),
  ]
}

/** Four times what was granted, at least three minutes: a startup probe ends as soon as the program serves. */
function giveTime({ workload, container }: ContainerGroup, granted: number, delay: number, period: number): Remedy {
  const longer = Math.max(180, 4 * granted)
  return {
    kind: 'patch_probe',
    target: workload,
    params: {
      container,
      probe: 'startup',
      periodSeconds: period,
      failureThreshold: Math.ceil((longer - delay) / period),
    },
    reason: `A start of up to ${longer} s would be waited for; a faster one is served as soon as it is up.`,
    risk: 'low',
    reversible: true,
  }
}
