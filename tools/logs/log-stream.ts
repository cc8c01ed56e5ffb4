import type { Gap } from '#src/domain/gap.ts'
import type { LogLine } from './log-source.ts'

/** Which log, from its first line that is still held to its last. */
export interface LogStreamRequest {
  namespace: string
  pod: string
  container: string
  /** True: the log of the container's last instance. */
  previous: boolean
  since_seconds?: number
}

/** Whole lines, oldest first, with the bytes that they took on the way. */
export interface LogBatch {
  lines: LogLine[]
  bytes: number
}

/**
 * `open`: `batches` must be read to their end or be returned from, else the connection stays. They throw where the source breaks
 * off, with a message that may be shown; what came before is the truth about the log up to there. `empty` and `failed` as for a read.
 */
export type LogStreamAnswer =
  | { status: 'open'; batches: AsyncIterable<LogBatch> }
  | { status: 'empty'; why: string }
  | { status: 'failed'; gap: Gap }

/** Where whole logs come from, whatever their length: as a stream, at the pace of its reader. Throws only on abort. */
export interface LogStreamSource {
  stream(request: LogStreamRequest, signal: AbortSignal): Promise<LogStreamAnswer>
}
