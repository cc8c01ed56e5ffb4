import { describe, expect, it } from 'vitest'
import type { Decision } from '#src/domain/decision.ts'
import type { IncidentRecord } from '#src/domain/incident-record.ts'
import { createIncidentCommands } from '#src/incidents/incident-commands.ts'
import { IncidentNotifier } from '#src/incidents/incident-notifier.ts'
import { answerFor } from '#test/helpers/answer-for.ts'

const since = '2026-11-26T12:00:00.000Z'
const incident: IncidentRecord['incident'] = {
  id: 'inc_1',
  fingerprint: 'print',
  resource: { kind: 'Node', name: 'n1' },
  problem_class: 'node',
  service: 'n1',
  signal_count: 1,
  opened_at: since,
}
const decision = answerFor({ incident, run_id: 'r', trace_id: 't' })
const record = (over: Partial<IncidentRecord>): IncidentRecord => ({
  incident,
  status: 'done',
  priority: 'P3',
  trace_id: 't',
  updated_at: '2026-11-26T12:00:05.000Z',
  failures: 0,
  decision,
  ...over,
})
const unused = () => Promise.reject(new Error('not part of this test'))

/** Waits for the decision of an incident that the store shows so, one answer after the other; the last one stays. */
function wait(...shown: (IncidentRecord | undefined)[]): { decision: Promise<Decision>; reads: () => number } {
  let reads = 0
  const commands = createIncidentCommands({
    archive: { get: () => Promise.resolve(shown[Math.min(reads++, shown.length - 1)]) },
    control: { close: unused, queueAgain: unused },
    feedback: { add: unused, of: unused },
    notifier: new IncidentNotifier(),
    stopping: new AbortController().signal,
    newId: (prefix) => prefix,
    now: () => 0,
    queue_ttl_ms: 1,
    poll_ms: 1,
    onQueued: () => undefined,
  })
  const { signal } = new AbortController()
  return { decision: commands.wait('inc_1', { since, signal }), reads: () => reads }
}

describe('src/incidents/incident-commands', () => {
  it.each(['done', 'closed', 'failed'] as const)('gives the decision of an incident that is %s', async (status) => {
    expect(await wait(record({ status })).decision).toBe(decision)
  })

  it.each(['queued', 'running'] as const)('waits while it is %s, whatever an earlier run said', async (status) => {
    const newer = { ...decision, run_id: 'r2' }
    const waiting = wait(record({ status }), record({ status }), record({ decision: newer }))
    expect(await waiting.decision).toBe(newer)
    expect(waiting.reads()).toBe(3)
  })

  it('does not let a person wait through a back-off, and takes no older attempt for an answer', async () => {
    expect(await wait(record({ status: 'queued', failures: 1 })).decision).toBe(decision)
    const old = record({ status: 'queued', failures: 1, updated_at: '2026-11-26T11:59:00.000Z' })
    const waiting = wait(old, record({}))
    await waiting.decision
    expect(waiting.reads()).toBe(2)
  })

  it.each([
    [
      record({ status: 'expired', status_reason: 'it waited for 600 s' }),
      'SRE_INCIDENTS_NO_DECISION',
      'it waited for 600 s',
    ],
    [record({ status: 'closed', decision: undefined }), 'SRE_INCIDENTS_NO_DECISION', 'it is closed'],
    [undefined, 'SRE_INCIDENTS_UNKNOWN', 'no incident'],
  ])('says why there will be none', async (given, code, words) => {
    const answer = wait(given).decision
    await expect(answer).rejects.toMatchObject({ code, message: expect.stringContaining(words) })
  })
})
