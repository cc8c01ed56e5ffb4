/** What an error says beside its message. */
export interface CodedErrorOptions {
  /** The failure behind it; for logs, never for callers. */
  cause?: unknown
  /** May the same be tried again unchanged? */
  retry?: boolean
}

/** An error with a stable code (`SRE_<ROOM>_<WHAT>`, all listed in docs/errors.md) and a message that callers may read. */
export class CodedError extends Error {
  readonly code: string
  readonly retry: boolean

  constructor(code: string, message: string, options: CodedErrorOptions = {}) {
    super(message, { cause: options.cause })
    this.name = 'CodedError'
    this.code = code
    this.retry = options.retry ?? false
  }
}
