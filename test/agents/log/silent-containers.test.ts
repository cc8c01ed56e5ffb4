import { describe, expect, it } from 'vitest'
import type { ToolOutcome } from '#agents/agent.ts'
import { silentContainers } from '#agents/log/silent-containers.ts'
import type { Mechanism } from '#src/domain/mechanism.ts'
import { logIncident, type LogIncidentOptions } from '#test/helpers/log-incident.ts'

const outcome = (previous: boolean, output: unknown): ToolOutcome => ({
  call: {
    tool: 'query_logs',
    input: { namespace: 'shop', pod: 'api-0', container: 'main', previous, tail_lines: 300 },
  },
  output,
  evidence: [],
  gaps: [],
})
const empty = { status: 'empty', why: 'the node no longer holds this log' }
const about = (mechanism: Mechanism) => ({
  mechanism,
  resource: { kind: 'Deployment', namespace: 'shop', name: 'api' },
  affects: [],
})

function gaps(mechanisms: Mechanism[], answers: unknown[] = [empty, empty], options: LogIncidentOptions = {}) {
  const results = answers.map((answer, index) => outcome(index > 0, answer))
  return silentContainers(results, mechanisms.map(about), logIncident(options).view)
}

describe('agents/log/silent-containers', () => {
  it('names the log that no instance left, where only symptoms are known', () => {
    expect(gaps(['container_crash'])).toEqual([
      {
        what: 'the log of container main of pod api-0 in namespace shop',
        why: 'the node no longer holds this log',
        needs: 'a log store that keeps the logs of ended containers',
      },
    ])
  })

  it('is no gap where a cause is known, or nothing is wrong with the workload', () => {
    expect(gaps(['container_crash', 'oom_killed'])).toEqual([])
    expect(gaps([])).toEqual([])
  })

  it('is no gap where one instance spoke', () => {
    expect(
      gaps(['container_crash'], [empty, { status: 'read', lines: [{ text: 'hello' }], truncated: false }]),
    ).toEqual([])
  })

  it('is no gap where the container ended well', () => {
    const status = { state: { terminated: { exitCode: 0, reason: 'Completed' } }, lastState: {} }
    expect(gaps(['container_crash'], [empty], { status })).toEqual([])
  })
})
