import { describe, expect, it } from 'vitest'
import { compactLogs, estimateTokens } from '#src/logs/compact/compact-logs.ts'
import type { LogToCompact } from '#src/logs/compact/log-to-compact.ts'
import { readRecords } from '#src/logs/read-records.ts'
import { loadScenarios } from '#src/evaluation/scenario.ts'
import { compactIncident } from '#test/helpers/compact-incident.ts'
import { noiseLines } from '#test/helpers/noise-lines.ts'
import { scenarioFolder } from '#test/helpers/recorded-snapshot.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

function log(lines: string[], rest: Partial<LogToCompact> = {}): LogToCompact {
  const records = readRecords(lines.map((text) => ({ text })))
  return { pod: 'api-0', container: 'main', previous: false, records, lines: lines.length, complete: true, ...rest }
}

const scenarios = await loadScenarios(scenarioFolder)

describe('src/logs/compact/compact-logs', () => {
  it.each([0, 0.4, 1])(
    'tells recorded incidents in a tenth of their tokens and loses no fact: place %f',
    (place) => {
      const incidents = scenarios.flatMap((scenario) => compactIncident(scenario, place) ?? [])
      expect(incidents.length).toBeGreaterThan(5)
      expect(incidents.flatMap(({ facts }) => facts).length).toBeGreaterThan(5)
      for (const { name, compact, lines, lost } of incidents) {
        expect(lines, name).toBeGreaterThan(2000)
        expect(compact.tokens, name).toBeLessThanOrEqual(compact.raw_tokens / 10)
        expect(compact.tokens, name).toBe(estimateTokens(compact.text))
        expect(lost, name).toEqual([])
      }
    },
    120_000,
  )

  it('tells decisive lines first, with their neighbours and the whole of their stack', () => {
    const fault = [
      'INFO connecting to the ledger',
      'ERROR java.lang.IllegalStateException: no plan',
      '\tat shop.Plan.find(Plan.java:31)',
      'Caused by: java.net.ConnectException: Connection refused: ledger-db/10.0.0.7:5432',
      'INFO giving up the order',
    ]
    const noise = noiseLines(3000, 4)
    const { text } = compactLogs({ logs: [log([...noise.slice(0, 900), ...fault, ...noise.slice(900)])], findings: [] })
    for (const part of ['connecting to the ledger', 'Plan.java:31', 'ledger-db/10.0.0.7:5432', 'giving up the order'])
      expect(text).toContain(part)
  })

  it('keeps what a finding rests on, however calm it looks, within the smallest budget', () => {
    const lines = [...noiseLines(900, 5), 'INFO the plan was changed to nothing', ...noiseLines(900, 5)]
    const [record] = readRecords([{ text: 'INFO the plan was changed to nothing' }])
    const { createHash } = process.getBuiltinModule('node:crypto')
    const line_hash = createHash('sha256')
      .update(record?.text ?? '')
      .digest('hex')
      .slice(0, 12)
    const ref = { log: { pod: 'api-0', container: 'main', restart: 0, line_hash } }
    const evidence = [{ source: 'log' as const, statement: '', observed_at: '', trust: 'workload_text' as const, ref }]
    const { text, tokens } = compactLogs({ logs: [log(lines)], findings: [{ evidence }], most_tokens: 150 })
    expect(text).toContain('the plan was changed to nothing')
    expect(tokens).toBeLessThanOrEqual(150)
  })

  it('says what is new against the previous instance before what both said', () => {
    const before = noiseLines(300, 3)
    const now = [
      ...noiseLines(300, 3),
      'I1120 09:45:06.000001       1 flags.go:9] plan B is in force',
      ...before.slice(0, 40),
    ]
    const logs = [log(before, { previous: true }), log(now)]
    expect(compactLogs({ logs, findings: [], most_tokens: 200 }).text).toContain('plan B is in force')
  })

  it('counts kinds with the time of the last one, and tells in numbers what it leaves out', () => {
    const lines = Array.from(
      { length: 3000 },
      (_, index) => `2026-03-01T10:${String(index % 60).padStart(2, '0')}:00Z ERROR no plan`,
    )
    const { text, left_out } = compactLogs({
      logs: [log([...lines, ...noiseLines(1500, 4)])],
      findings: [],
      most_tokens: 300,
    })
    expect(missingFacts(text, 'error no plan', 3000, '10:59:00')).toEqual([])
    expect(left_out.kinds).toBeGreaterThan(20)
    expect(missingFacts(text, left_out.kinds, left_out.lines)).toEqual([])
  })

  it('tells what two pods say in the same words once', () => {
    const logs = ['api-0', 'api-1'].map((pod) => log(['INFO up', 'FATAL LEDGER_URL must be set'], { pod }))
    expect(compactLogs({ logs, findings: [] }).text.match(/LEDGER_URL/g)).toHaveLength(1)
  })

  it('gives a short log nearly whole, and nothing for nothing', () => {
    const { text, left_out } = compactLogs({ logs: [log(['INFO up', 'WARN slow', 'ERROR down'])], findings: [] })
    expect(text.split('\n')).toHaveLength(4)
    expect(left_out).toEqual({ kinds: 0, lines: 0, logs: 0 })
    expect(compactLogs({ logs: [], findings: [] })).toMatchObject({ text: '', tokens: 0, raw_tokens: 0 })
  })

  it('uses the counts of the whole log where a scan has them', () => {
    const kinds = [
      { template: 'no plan <*>', count: 70_000, sample: 'ERROR no plan 7', line: 12, last: '2026-03-01T10:00:00Z' },
    ]
    const { text } = compactLogs({
      logs: [log(['INFO tick'], { kinds, lines: 900_000, raw_tokens: 9e6 })],
      findings: [],
    })
    expect(missingFacts(text, 900_000, 'ERROR no plan 7', 70_000, '10:00:00')).toEqual([])
  })
})
