import type { z } from 'zod'
import type { Signal } from '#src/domain/signal.ts'
import { finishDraft, type IntakeContext } from './finish-draft.ts'
import { parseSignal, SignalPayload } from './parse-signal.ts'
import type { DeliveryFacts, FieldProblem, SignalSource } from './signal-draft.ts'
import { alertmanager } from './sources/alertmanager.ts'
import { datadog } from './sources/datadog.ts'
import { gcpMonitoring } from './sources/gcp-monitoring.ts'
import { generic } from './sources/generic.ts'
import { github } from './sources/github.ts'
import { grafana } from './sources/grafana.ts'
import { kubernetesBatch } from './sources/kubernetes-batch.ts'
import { logs } from './sources/logs.ts'
import { manual } from './sources/manual.ts'
import { newRelic } from './sources/new-relic.ts'
import { pagerduty } from './sources/pagerduty.ts'
import { slack } from './sources/slack.ts'

/* Every address that takes payloads, and the source that reads them there. A payload becomes all of its signals, or none. */

const sources = {
  alertmanager,
  gcp: gcpMonitoring,
  datadog,
  newrelic: newRelic,
  grafana,
  pagerduty,
  generic,
  kubernetes: kubernetesBatch,
  logs,
  slack,
  github,
  issues: manual,
} as const satisfies Record<string, SignalSource>

/** Where a payload came in. `decide` takes whatever shape it recognises. */
export type PayloadSource = keyof typeof sources | 'decide'

/** What each source takes; for the API's description. */
export const payloadSchemas: Readonly<Record<PayloadSource, z.ZodType>> = {
  decide: SignalPayload,
  ...(Object.fromEntries(Object.entries(sources).map(([name, { payload }]) => [name, payload])) as Record<
    keyof typeof sources,
    z.ZodType
  >),
}

/** Signals, and in words what was passed over; or an answer that the sender waits for; or every field of every item that is wrong. */
export type PayloadResult =
  | { signals: Signal[]; skipped: string[] }
  | { reply: Record<string, unknown> }
  | { problems: FieldProblem[] }

const mostProblems = 100

/** Reads a payload of a source, whole or not at all. Pure. */
export function readPayload(name: PayloadSource, body: unknown, context: IntakeContext & DeliveryFacts): PayloadResult {
  if (name === 'decide') {
    const result = parseSignal(body, context)
    return 'problems' in result ? result : { signals: [result.signal], skipped: [] }
  }
  const source: SignalSource = sources[name]
  const result = source.read(body, context)
  if ('problems' in result) return { problems: result.problems.slice(0, mostProblems) }
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
  return problems.length > 0 ? { problems: problems.slice(0, mostProblems) } : { signals, skipped }
}
