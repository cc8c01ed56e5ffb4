import type { Remedy } from '#src/domain/action.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import { formatBytes, parseQuantity } from '#src/domain/kubernetes/quantity.ts'
import { type HeapOption, heapOptionsOf } from '#src/rules/kit/heap-options.ts'
import type { SignatureMatch } from '#src/logs/signatures/signature.ts'
import { buildDraft } from './build-draft.ts'
import { remedies } from './remedies.ts'
import type { Situation } from './situation.ts'
import { words } from './words.ts'

/** A runtime takes memory beside its heap. */
const heapShare = 0.75
/** Less than this is no more room worth a change. */
const worthwhile = 1.2

/** Memory that ran out inside the container, where the kubelet tells of no OOM kill: a heap at its own bound, or a child that was shot. */
export function judgeRuntimeMemory(situation: Situation, match: SignatureMatch): FindingDraft {
  return match.signature.name === 'child_killed' ? killedChild(situation, match) : fullHeap(situation, match)
}

function killedChild(situation: Situation, match: SignatureMatch): FindingDraft {
  const limit = situation.spec.resources?.limits?.['memory']
  const by =
    limit === undefined
      ? 'most likely by the kernel for memory (it has no memory limit of its own)'
      : `most likely by the kernel at its memory limit of ${limit}`
  const reason = `processes in ${words.subject(situation)} are killed (SIGKILL), ${by}`
  const bytes = parseQuantity(limit)
  return buildDraft(situation, {
    mechanism: 'oom_killed',
    record: match.record,
    statement: `${words.capital(reason)}; its first process lives on, so no restart tells of it: ${words.quote(match.said, 110)}`,
    confidence: limit === undefined ? 0.6 : 0.75,
    confidence_reason: 'the log tells of the kills; that memory is their reason follows from the signal and the limit',
    remedies: [
      ...remedies.rollback(situation, reason),
      ...(bytes === undefined
        ? []
        : [moreMemory(situation, bytes * 2, `at least twice ${limit}, where its processes are killed`)]),
      remedies.escalate(situation, `why do processes of container ${situation.spec.name} take so much memory?`, reason),
    ],
  })
}

function fullHeap(situation: Situation, match: SignatureMatch): FindingDraft {
  const limitText = situation.spec.resources?.limits?.['memory']
  const limit = parseQuantity(limitText)
  const option = limit === undefined ? undefined : heapOptionsOf(situation.spec, limit)[0]
  const place =
    option?.variable === undefined || option.text.startsWith(option.variable) ? '' : ` in ${option.variable}`
  const bound = option ? ` (${option.text}${place}, memory limit ${limitText})` : ''
  const reason = `${words.subject(situation)} runs out of the memory that its runtime may take${bound}`
  return buildDraft(situation, {
    mechanism: 'application_error',
    record: match.record,
    statement: `${words.capital(reason)}: ${words.quote(match.said, 150)}`,
    confidence: 0.85,
    confidence_reason: 'the log quotes the runtime; whether it leaks or needs that much is not told',
    remedies: [
      ...remedies.rollback(situation, reason),
      ...(option && limit !== undefined ? moreHeap(situation, option, limit) : []),
      remedies.escalate(
        situation,
        `find what takes the memory, or give the runtime a heap that fits the load${bound}`,
        reason,
      ),
    ],
  })
}

/** The room that the container has already comes before more room. */
function moreHeap(situation: Situation, option: HeapOption, limit: number): Remedy[] {
  const fitting = limit * heapShare
  const enough = fitting >= option.bytes * worthwhile
  const set = enough
    ? setHeap(
        situation,
        option,
        fitting,
        `the heap is bound to ${formatBytes(option.bytes)}, the container may take ${formatBytes(limit)}`,
      )
    : undefined
  return set ? [set] : []
}

function setHeap(situation: Situation, option: HeapOption, bytes: number, reason: string): Remedy | undefined {
  const value = option.withBytes(bytes)
  if (option.variable !== undefined) return remedies.setEnv(situation, option.variable, reason, { value })
  const { spec, workload } = situation
  const field = spec.command?.includes(option.value) ? 'command' : 'args'
  const list = spec[field]?.map((word) => (word === option.value ? value : word))
  if (!list) return undefined
  const params = { container: spec.name, [field]: list }
  return { kind: 'set_command', target: workload, params, reason, risk: 'low', reversible: true }
}

function moreMemory({ workload, spec }: Situation, bytes: number, reason: string): Remedy {
  return {
    kind: 'patch_resources',
    target: workload,
    params: { container: spec.name, limits: { memory: formatBytes(bytes) } },
    reason,
    risk: 'medium',
    reversible: true,
  }
}
