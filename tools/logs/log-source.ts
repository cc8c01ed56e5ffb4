import type { Gap } from '#src/domain/gap.ts'

/** Which log. `previous` is the log of the container's last instance. */
export interface LogRequest {
  namespace: string
  pod: string
  container: string
  previous: boolean
  /** The newest lines; a source may return fewer, never more. */
  tail_lines: number
  limit_bytes: number
  since_seconds?: number
}

/** `time` is the runtime's own stamp where the source has one. `text` has no trailing newline. */
export interface LogLine {
  time?: string
  text: string
}

/**
 * `empty` says why where it is known ("the node no longer holds this log", "container has not started"): a log that is not there
 * is no proof that nothing was said. `failed` is a gap.
 */
export type LogAnswer =
  | { status: 'read'; lines: LogLine[]; truncated: boolean }
  | { status: 'empty'; why: string }
  | { status: 'failed'; gap: Gap }

/** Where logs come from: the cluster's own pod logs, or a log store. Never throws but on abort. */
export interface LogSource {
  readonly name: string
  read(request: LogRequest, signal: AbortSignal): Promise<LogAnswer>
}
