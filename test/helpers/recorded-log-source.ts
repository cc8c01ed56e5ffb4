import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { LogSource } from '#tools/logs/log-source.ts'
import { recordedLog, scenarioFolder } from './recorded-snapshot.ts'

/** The logs of a recorded incident as a log source, without a server in between. */
export function recordedLogSource(name: string, folder = scenarioFolder): LogSource {
  return {
    name: 'recorded',
    async read(request, signal) {
      signal.throwIfAborted()
      const lines = recordedLog(name, request.pod, request.container, request.previous, folder)
      if (!lines) return { status: 'empty', why: hasError(name, request, folder) }
      if (lines.length === 0) return { status: 'empty', why: 'the log is empty' }
      const newest = lines.slice(-request.tail_lines)
      return { status: 'read', lines: newest.map((text) => ({ text })), truncated: newest.length < lines.length }
    },
  }
}

function hasError(
  name: string,
  { pod, container, previous }: { pod: string; container: string; previous: boolean },
  folder: string,
) {
  const file = `${pod}__${container}${previous ? '.previous' : ''}.log.error`
  return existsSync(join(folder, name, 'logs', file)) ? 'the container has not started' : 'no log was recorded'
}
