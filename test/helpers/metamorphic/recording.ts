import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { MemorySaver } from '@langchain/langgraph-checkpoint'
import type { Decision } from '#src/domain/decision.ts'
import type { Snapshot } from '#src/domain/snapshot.ts'
import { createInvestigator } from '#src/orchestrator/investigator.ts'
import type { LogSource } from '#tools/logs/log-source.ts'
import { createQueryLogsTool } from '#tools/logs/query-logs.ts'
import { createQueryMetricsTool } from '#tools/metrics/query-metrics.ts'
import { createToolRegistry } from '#tools/registry.ts'
import { type Ask, incidentOf, recordedDeps } from '#test/helpers/recorded-investigation.ts'
import { recordedLog, recordedSnapshot, scenarioFolder } from '#test/helpers/recorded-snapshot.ts'

/*
 * A recorded incident that can be told in another way. What a transformation changes must not change the verdict: other names,
 * another order, more pods, another event API, noise.
 */

/** What the cluster shows and what the containers wrote: lines by `pod__container`, with `.previous` for the last instance. */
export interface Recording {
  name: string
  snapshot: Snapshot
  logs: Record<string, string[]>
  /** Containers whose log the API refused, for they had not started. */
  unstarted: string[]
}

/** A recording told in another way; `image` maps what the verdict named before to what it has to name now. */
export interface Retold {
  recording: Recording
  image?: (text: string) => string
}

/** Undefined where a recording cannot be told in this way. Never changes what it is given. */
export type Transformation = (recording: Recording) => Retold | undefined

/** A recorded incident with all of its logs. */
export function loadRecording(name: string): Recording {
  const logs: Record<string, string[]> = {}
  const unstarted: string[] = []
  for (const file of logFiles(name)) {
    const [, key = '', pod = '', container = '', previous, error] =
      /^((.+)__(.+?)(\.previous)?)\.log(\.error)?$/.exec(file) ?? []
    if (error) unstarted.push(key)
    else logs[key] = recordedLog(name, pod, container, previous !== undefined) ?? []
  }
  return { name, snapshot: recordedSnapshot(name), logs, unstarted }
}

function logFiles(name: string): string[] {
  const folder = join(scenarioFolder, name)
  return readdirSync(folder).includes('logs') ? readdirSync(join(folder, 'logs')).toSorted() : []
}

function logSourceOf({ logs, unstarted }: Recording): LogSource {
  return {
    name: 'retold',
    async read({ pod, container, previous, tail_lines }, signal) {
      signal.throwIfAborted()
      const key = `${pod}__${container}${previous ? '.previous' : ''}`
      const lines = logs[key]
      if (unstarted.includes(key)) return { status: 'empty', why: 'the container has not started' }
      if (!lines) return { status: 'empty', why: 'no log was recorded' }
      if (lines.length === 0) return { status: 'empty', why: 'the log is empty' }
      const newest = lines.slice(-tail_lines)
      return { status: 'read', lines: newest.map((text) => ({ text })), truncated: newest.length < lines.length }
    },
  }
}

/** The whole pipeline over a recording, in memory; asked about its namespace unless told otherwise. */
export async function investigateRetold(recording: Recording, ask: Ask = {}): Promise<Decision> {
  const { name, snapshot } = recording
  const investigator = createInvestigator({
    ...recordedDeps(name, snapshot),
    saver: new MemorySaver(),
    registry: createToolRegistry()
      .register(createQueryLogsTool(logSourceOf(recording)))
      .register(createQueryMetricsTool(undefined)),
  })
  const { signal } = new AbortController()
  return investigator.investigate({
    incident: incidentOf(snapshot, ask),
    run_id: `run_${name}`,
    trace_id: '0'.repeat(32),
    signal,
  })
}
