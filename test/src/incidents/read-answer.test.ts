import { describe, expect, it } from 'vitest'
import type { IncidentRecord } from '#src/domain/incident-record.ts'
import { readAnswer } from '#src/incidents/read-answer.ts'
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

describe('src/incidents/read-answer', () => {
  it.each(['done', 'closed', 'failed'] as const)('gives the decision of an incident that is %s', (status) => {
    expect(readAnswer(record({ status }), since)).toBe(decision)
  })

  it.each(['queued', 'running'] as const)('waits while it is %s, whatever an earlier run said', (status) => {
    expect(readAnswer(record({ status }), since)).toBeUndefined()
  })

  it('does not let a person wait through a back-off, and takes no older attempt for an answer', () => {
    expect(readAnswer(record({ status: 'queued', failures: 1 }), since)).toBe(decision)
    const old = record({ status: 'queued', failures: 1, updated_at: '2026-11-26T11:59:00.000Z' })
    expect(readAnswer(old, since)).toBeUndefined()
  })

  it.each([
    [
      record({ status: 'expired', status_reason: 'it waited for 600 s' }),
      'SRE_INCIDENTS_NO_DECISION',
      'it waited for 600 s',
    ],
    [record({ status: 'closed', decision: undefined }), 'SRE_INCIDENTS_NO_DECISION', 'it is closed'],
    [undefined, 'SRE_INCIDENTS_UNKNOWN', 'no incident'],
  ])('says why there will be none', (given, code, words) => {
    expect(() => readAnswer(given, since)).toThrow(expect.objectContaining({ code }))
    expect(() => readAnswer(given, since)).toThrow(words)
  })
})
