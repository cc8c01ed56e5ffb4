import { pino } from 'pino'

/** Static message, what varies in `fields`. Satisfied by pino. */
export interface Logger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** A logger that writes JSON lines to stderr, and a way to write out what is still in memory. */
export interface JsonLogger extends Logger {
  flush(): void
}

/**
 * One JSON object a line, on stderr: stdout belongs to what people read. Errors are logged with type, code and message; a stack
 * only at debug, and all of it through `clean`, which takes secrets out.
 */
export function createLogger(level: string, clean: (text: string) => string = (text) => text): JsonLogger {
  const destination = pino.destination({ fd: 2, sync: false })
  const withStack = level === 'debug' || level === 'trace'
  const logger = pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: (error: unknown) => describeError(error, withStack, clean) },
    },
    destination,
  )
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    flush: () => flushQuietly(() => destination.flushSync()),
  }
}

/** An error as a log line shows it: clients put headers and bodies into messages, so the text is cut. */
function describeError(error: unknown, withStack: boolean, clean: (text: string) => string): unknown {
  const short = (text: string) => clean(text.slice(0, 5_000)).slice(0, 500)
  if (!(error instanceof Error)) return short(String(error))
  const { name, message, cause } = error
  const code = 'code' in error ? error.code : undefined
  return {
    type: name,
    code,
    message: short(message),
    ...(cause instanceof Error && { cause: short(cause.message) }),
    ...(withStack && error.stack && { stack: clean(error.stack) }),
  }
}

/** A destination that was never opened, or is closed already, has nothing to flush. */
function flushQuietly(flush: () => void): void {
  try {
    flush()
  } catch {
    // nothing was written
  }
}
