import { z } from 'zod'
import type { Signal } from '#src/domain/signal.ts'
import { finishDraft, type IntakeContext } from './finish-draft.ts'
import { isRecord } from '#src/util/is-record.ts'
import type { FieldProblem, SignalSource } from './signal-draft.ts'
import { exportedEvent } from './sources/exported-event.ts'
import { kubernetesEvent } from './sources/kubernetes-event.ts'
import { kubewatchMessage } from './sources/kubewatch-message.ts'
import { routedEvent } from './sources/routed-event.ts'
import { simplePayload } from './sources/simple-payload.ts'

/* What somebody who asks posts becomes one Signal here, or is refused with every field that is wrong. The first source that knows the shape reads it. */

const sources: readonly SignalSource[] = [routedEvent, kubewatchMessage, kubernetesEvent, exportedEvent, simplePayload]

/** All shapes that are understood, the plainest first; for the API's description. */
export const SignalPayload = z
  .union([simplePayload.payload, kubernetesEvent.payload, routedEvent.payload, kubewatchMessage.payload])
  .meta({ id: 'DecideRequest' })

/** The signal, or why there is none. */
export type IntakeResult = { signal: Signal } | { problems: FieldProblem[] }

/** Reads a payload of any known shape. Pure. */
export function parseSignal(body: unknown, context: IntakeContext): IntakeResult {
  const refused = { problems: [{ path: '', problem: 'the body is no JSON object', allowed: 'a JSON object' }] }
  if (!isRecord(body)) return refused
  const source = sources.find((candidate) => candidate.recognizes(body)) ?? simplePayload
  const result = source.read(body, { headers: {} })
  if ('problems' in result) return result
  const draft = 'drafts' in result ? result.drafts[0] : undefined
  return draft ? finishDraft(draft, context) : refused
}
