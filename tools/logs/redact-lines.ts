import { setImmediate as nextTick } from 'node:timers/promises'
import type { LogLine } from './log-source.ts'

/** What a kubelet answers with status 200 where the runtime no longer holds the log. */
export const lostLog =
  /^(?:unable to retrieve container logs for |failed to (?:try )?(?:resolving|resolve) symlinks in path )/

const maxBlockMs = 25

/** Lines without secrets and hostile characters, in stretches: everybody else gets a turn in between. */
export async function redactLines(
  lines: readonly LogLine[],
  redact: (text: string) => string,
  signal: AbortSignal,
): Promise<LogLine[]> {
  const clean: LogLine[] = []
  let started = performance.now()
  for (const line of lines) {
    clean.push({ ...line, text: redact(line.text) })
    if (performance.now() - started < maxBlockMs) continue
    await nextTick()
    signal.throwIfAborted()
    started = performance.now()
  }
  return clean
}
