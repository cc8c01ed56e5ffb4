import type { Logger } from '#src/telemetry/logger.ts'

/** A logger that keeps what it is told. */
export function quietLogger(): Logger & { lines: { level: string; message: string; fields: object }[] } {
  const lines: { level: string; message: string; fields: object }[] = []
  const keep = (level: string) => (fields: object, message: string) => void lines.push({ level, message, fields })
  return { lines, debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') }
}
