import type { ToolOutcome } from '#agents/agent.ts'
import { isSettled } from '#src/logs/judge/situation.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Gap } from '#src/domain/gap.ts'
import { vocabulary } from '#agents/vocabulary.ts'
import { refKey } from '#src/domain/resource-ref.ts'
import { fetchedLogs } from './fetched-logs.ts'

/**
 * Containers that ended badly and left no log in any instance, where nothing else says why: their log could change the verdict.
 * Where a cause is known, or nothing is wrong with the workload now, silence is no gap.
 */
export function silentContainers(
  results: readonly ToolOutcome[],
  findings: readonly Pick<FindingDraft, 'mechanism' | 'resource' | 'affects'>[],
  view: ClusterView,
): Gap[] {
  const logs = fetchedLogs(results)
  const byContainer = Map.groupBy(logs, ({ request }) => `${request.namespace}/${request.pod}/${request.container}`)
  return [...byContainer.values()].flatMap((instances) => {
    const [first] = instances
    if (!first || instances.some(({ answer }) => answer.status !== 'empty')) return []
    const { namespace, pod: name, container } = first.request
    const pod = view.get('Pod', namespace, name)
    if (!pod || isSettled(pod, view) || !endedBadly(pod.status, container)) return []
    const key = refKey(view.workloadOf(pod))
    const about = findings.filter(({ resource, affects }) => [resource, ...affects].some((ref) => refKey(ref) === key))
    const explained =
      about.length === 0 || about.some(({ mechanism }) => vocabulary.entries[mechanism].role === 'cause')
    const why = first.answer.status === 'empty' ? first.answer.why : 'nothing was printed'
    const what = `the log of container ${container} of pod ${name} in namespace ${namespace}`
    return explained ? [] : [{ what, why, needs: 'a log store that keeps the logs of ended containers' }]
  })
}

function endedBadly(
  status: { containerStatuses?: Ended[]; initContainerStatuses?: Ended[] } | undefined,
  name: string,
) {
  const all = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])]
  const found = all.find((entry) => entry.name === name)
  const ended = found?.state?.terminated ?? found?.lastState?.terminated
  return ended !== undefined && ended.exitCode !== 0
}

interface Ended {
  name: string
  state?: { terminated?: { exitCode: number } }
  lastState?: { terminated?: { exitCode: number } }
}
