import type { AdmissionResult } from '#src/domain/admission-result.ts'
import type { IntakeContext } from './finish-draft.ts'
import type { SignalIntake } from './signal-intake.ts'
import { type PayloadSource, readPayload } from './read-payload.ts'
import type { FieldProblem } from './signal-draft.ts'

/** A payload on its way in. */
export interface Delivery {
  source: PayloadSource
  body: unknown
  /** Names in lower case. */
  headers: Readonly<Record<string, string | undefined>>
  /** A person waits for an answer about the state as it is now. */
  wants_answer: boolean
  /** Name of the caller. */
  caller: string
  trace_id: string
}

/** What became of a delivery: all of it on disk, nothing kept, or nothing in it to keep. */
export type Receipt =
  | { kind: 'taken'; fates: AdmissionResult[] }
  | { kind: 'invalid'; problems: FieldProblem[] }
  | { kind: 'reply'; body: Record<string, unknown> }

/** Where payloads become signals. */
export interface Intake {
  receive(delivery: Delivery): Promise<Receipt>
}

/** What intake works with. `context.now` is taken anew for each delivery. */
export interface IntakeDeps {
  desk: Pick<SignalIntake, 'receive'>
  context: Omit<IntakeContext, 'now'>
  /** Epoch milliseconds. */
  now: () => number
}

/** Creates the way from a payload to the fates of its signals. */
export function createIntake({ desk, context, now }: IntakeDeps): Intake {
  return {
    async receive({ source, body, headers, ...sender }) {
      const result = readPayload(source, body, { ...context, headers, now: new Date(now()).toISOString() })
      if ('problems' in result) return { kind: 'invalid', problems: result.problems }
      if ('reply' in result) return { kind: 'reply', body: result.reply }
      const { signals, skipped } = result
      if (signals.length === 0) return { kind: 'reply', body: { signals: [], skipped } }
      return { kind: 'taken', fates: await desk.receive(signals, sender) }
    },
  }
}
