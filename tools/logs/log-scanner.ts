import type { LogScan } from '#src/domain/log-scan.ts'
import type { LogLine } from './log-source.ts'

/** Reduces a stream of lines to what matters, in bounded memory. One scanner reads one log. */
export interface LogScanner {
  push(lines: readonly LogLine[]): void
  /** Call once, when all was pushed. */
  end(): LogScan
}
