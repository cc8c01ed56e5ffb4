import type { ScannedKind } from '#src/domain/log-scan.ts'
import type { LogRecord } from '#src/logs/log-record.ts'

/** One log as it was read, for telling it in short. */
export interface LogToCompact {
  pod: string
  container: string
  previous: boolean
  records: readonly LogRecord[]
  /** Lines in all, where more were read than are in `records`. */
  lines: number
  /** False: older lines were not read. */
  complete: boolean
  /** Kinds of the whole log, where more was read than is in `records`. */
  kinds?: readonly ScannedKind[]
  /** What the log would cost as it was read; absent: worked out from `records`. */
  raw_tokens?: number
}
