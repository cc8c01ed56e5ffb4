import type { Remedy } from '#src/domain/action.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import { formatBytes, parseQuantity } from '#src/domain/kubernetes/quantity.ts'
import { type HeapOption, heapOptionsOf } from '#src/rules/kit/heap-options.ts'
import type { SignatureMatch } from '#src/logs/signatures/signature.ts'
import { escalate, patchResources, setCommand, setEnv } from '#src/rules/kit/actions.ts'
import { buildDraft, capitalize, quote, subjectOf } from './draft.ts'
import { backToGoodRevision, type Situation } from './situation.ts'

/** The share of the limit for the heap: a runtime needs memory outside of its heap too. */
const heapShare = 0.75
/** A smaller increase is not worth a change. */
const minIncrease = 1.2

/** Memory ran out inside the container without an OOM kill that the kubelet sees: a full heap, or a killed child process. */
export function judgeRuntimeMemory(situation: Situation, match: SignatureMatch): FindingDraft {
  return match.signature.name === 'child_killed' ? killedChild(situation, match) : fullHeap(situation, match)
}

function killedChild(situation: Situation, match: SignatureMatch): FindingDraft {
  const limit = situation.spec.resources?.limits?.['memory']
  const by =
    limit === undefined
      ? 'most likely by the kernel for memory (it has no memory limit of its own)'
      : `most likely by the kernel at its memory limit of ${limit}`
  const reason = `processes in ${subjectOf(situation)} are killed (SIGKILL), ${by}`
  const bytes = parseQuantity(limit)
  return buildDraft(situation, {
    mechanism: 'oom_killed',
    record: match.record,
    statement: `${capitalize(reason)}; its main process keeps running, so there is no restart: ${quote(match.excerpt, 110)}`,
    confidence: limit === undefined ? 0.6 : 0.75,
    confidence_reason: 'the log reports the kills; that memory is the reason follows from the signal and the limit',
    remedies: [
      ...backToGoodRevision(situation),
      ...(bytes === undefined
        ? []
        : [moreMemory(situation, bytes * 2, `at least twice ${limit}, at which its processes are killed`)]),
      escalate(
        situation.view,
        situation.workload,
        `why do processes of container ${situation.spec.name} use so much memory?`,
        reason,
      ),
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
  const reason = `${subjectOf(situation)} runs out of the memory that its runtime may use${bound}`
  return buildDraft(situation, {
    mechanism: 'application_error',
    record: match.record,
    statement: `${capitalize(reason)}: ${quote(match.excerpt, 150)}`,
    confidence: 0.85,
    confidence_reason: 'the log quotes the runtime; whether the program leaks or needs that much memory is not known',
    remedies: [
      ...backToGoodRevision(situation),
      ...(option && limit !== undefined ? moreHeap(situation, option, limit) : []),
      escalate(
        situation.view,
        situation.workload,
        `find what uses the memory, or give the runtime a heap that fits the load${bound}`,
        reason,
      ),
    ],
  })
}

/** The heap may grow within the present limit of the container. */
function moreHeap(situation: Situation, option: HeapOption, limit: number): Remedy[] {
  const fitting = limit * heapShare
  const enough = fitting >= option.bytes * minIncrease
  const set = enough
    ? setHeap(
        situation,
        option,
        fitting,
        `the heap is limited to ${formatBytes(option.bytes)}, the container may use ${formatBytes(limit)}`,
      )
    : undefined
  return set ? [set] : []
}

function setHeap(situation: Situation, option: HeapOption, bytes: number, reason: string): Remedy | undefined {
  const value = option.withBytes(bytes)
  const { workload, spec } = situation
  const container = spec.name
  if (option.variable !== undefined) return setEnv(workload, { container, name: option.variable, value }, { reason })
  const field = spec.command?.includes(option.value) ? 'command' : 'args'
  const list = spec[field]?.map((word) => (word === option.value ? value : word))
  return list && setCommand(workload, { container, [field]: list }, { reason })
}

function moreMemory({ workload, spec }: Situation, bytes: number, reason: string): Remedy {
  return patchResources(workload, { container: spec.name, limits: { memory: formatBytes(bytes) } }, { reason })
}
