import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runFaults } from '#test/helpers/faults/run-faults.ts'
import { postgresForTests } from '#test/helpers/postgres-server.ts'
import { type Practice, startPractice } from '#test/helpers/practice-server.ts'

const nothing = {
  lost_signals: [],
  unended: [],
  ended_twice: [],
  unended_runs: [],
  adrift: [],
  unasked: [],
  overlaps: [],
  over_limit: 0,
}
const plan = { kills: 4, limit: 3, problems: 12 }
const postgres = postgresForTests()

describe.concurrent('kill -9 at random moments under load', { timeout: 600_000 }, () => {
  let practice: Practice
  beforeAll(async () => {
    practice = await startPractice({ incidents: ['practice/incidents'] })
  })
  afterAll(() => practice.stop())

  it('loses nothing, repeats nothing and overlaps nothing on one SQLite file', async () => {
    const report = await runFaults({ ...plan, practice, store: 'sqlite', servers: 1, workers: 1 })
    expect(report).toMatchObject(nothing)
    expect(report.acknowledged).toBeGreaterThan(0)
    expect(report.incidents).toBeGreaterThan(0)
    expect(report.approvals).toBeGreaterThan(0)
  })

  it.runIf(postgres.run)(`nor with three replicas on one PostgreSQL${postgres.reason}`, async () => {
    const report = await runFaults({ ...plan, practice, store: 'postgres', servers: 3, workers: 0 })
    expect(report).toMatchObject(nothing)
    expect(report.acknowledged).toBeGreaterThan(0)
    expect(report.approvals).toBeGreaterThan(0)
  })
})
