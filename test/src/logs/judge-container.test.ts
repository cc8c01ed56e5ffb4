import { describe, expect, it } from 'vitest'
import { judgeLogs } from '#src/logs/judge-logs.ts'
import { containerLogCases } from '#test/helpers/container-logs.ts'
import { ago, crashing, logIncident, type LogIncidentOptions } from '#test/helpers/log-incident.ts'

const judge = (options: LogIncidentOptions) => {
  const { view, logs } = logIncident(options)
  return judgeLogs(logs, view)
}

const cases = containerLogCases()

describe('src/logs/judge-container on the last words of real software', () => {
  it.each(cases)('$title: $mechanism', ({ mechanism, names, never, env, text }) => {
    const findings = judge({ current: text, container: { env } })
    expect(findings.map((finding) => finding.mechanism)).toEqual([mechanism])
    expect(names.filter((name) => !findings[0]?.statement.includes(name))).toEqual([])
    expect(never.filter((word) => JSON.stringify(findings).includes(word))).toEqual([])
    expect(findings[0]?.statement.length).toBeLessThanOrEqual(300)
    expect(findings[0]?.remedies.length).toBeGreaterThan(0)
  })

  it.each(cases)('$title: the same with carriage returns, after much noise, and before a farewell', (entry) => {
    const noise = Array.from(
      { length: 200 },
      (_, index) =>
        `2026-03-01T09:50:${String(index % 60).padStart(2, '0')}Z INFO request ${index} done in ${index} ms`,
    )
    const lines = [
      ...noise,
      ...entry.text.split('\n'),
      '2026-03-01T09:58:50Z INFO shutting down',
      '2026-03-01T09:58:50Z INFO bye',
    ]
    const findings = judge({ current: lines.map((line) => `${line}\r`).join('\n'), container: { env: entry.env } })
    expect(findings.map((finding) => finding.mechanism)).toEqual([entry.mechanism])
    expect(entry.names.filter((name) => !findings[0]?.statement.includes(name))).toEqual([])
  })

  it.each(cases)('$title: nothing where the container is well', ({ text }) => {
    const running = { ready: true, restartCount: 0, state: { running: { startedAt: ago(7200) } }, lastState: {} }
    expect(judge({ current: text, status: { ...crashing, ...running } })).toEqual([])
  })
})
