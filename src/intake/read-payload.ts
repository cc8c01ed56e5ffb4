import type { Signal } from '#src/domain/signal.ts'
import { finishDraft, type IntakeContext } from './finish-draft.ts'
import type { DeliveryFacts, FieldProblem } from './signal-source.ts'
import { type IntakeSource, signalSources } from './sources/index.ts'

/** Signals, and for each part that was skipped the reason; or an answer that the sender expects; or every field of every item that is wrong. */
export type PayloadResult =
  | { signals: Signal[]; skipped: string[] }
  | { reply: Record<string, unknown> }
  | { problems: FieldProblem[] }

const maxProblems = 100

/** Reads a payload of a source. It becomes all of its signals, or none. Pure. */
export function readPayload(name: IntakeSource, body: unknown, context: IntakeContext & DeliveryFacts): PayloadResult {
  const source = signalSources[name]
  const result = source.read(body, context)
  if ('problems' in result) return { problems: result.problems.slice(0, maxProblems) }
  if ('reply' in result) return result
  const signals: Signal[] = []
  const skipped = [...(result.skipped ?? [])]
  const problems: FieldProblem[] = []
  for (const draft of result.drafts) {
    const finished = finishDraft(draft, context)
    if ('signal' in finished) signals.push(finished.signal)
    else if (source.lenient) skipped.push(...finished.problems.map(({ problem, allowed }) => `${problem}: ${allowed}`))
    else problems.push(...finished.problems)
  }
  return problems.length > 0 ? { problems: problems.slice(0, maxProblems) } : { signals, skipped }
}
