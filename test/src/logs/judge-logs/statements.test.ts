import { describe, expect, it } from 'vitest'
import { judgeLogs } from '#src/logs/judge-logs.ts'
import { containerLogCases } from '#test/helpers/container-logs.ts'
import { logIncident } from '#test/helpers/log-incident.ts'
import { sampleStatements } from '#test/helpers/sample-statements.ts'

/* The prose about logs, in one place. After a change of wording: `npx vitest run test/src/logs/judge-logs -u`, and read the difference. */

describe('src/logs/judge-logs statements', () => {
  it('states what the last words of real software mean', async () => {
    const findings = containerLogCases().flatMap(({ env, text }) => {
      const { view, logs } = logIncident({ current: text, container: { env } })
      return judgeLogs(logs, view)
    })
    await expect(sampleStatements(findings, 4)).toMatchFileSnapshot('../__snapshots__/statements.txt')
  })
})
