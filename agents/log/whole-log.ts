import type { LogScanAnswer } from '#tools/logs/scan-logs.ts'

/** The whole of a log, as far as it could be read. */
export type WholeLog = Extract<LogScanAnswer, { status: 'read' }>
