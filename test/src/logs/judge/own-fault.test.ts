import { describe, expect, it } from 'vitest'
import { judgeLogs } from '#src/logs/judge-logs.ts'
import { logIncident, object } from '#test/helpers/log-incident.ts'

const missing = 'FATAL: startup check: pq: relation "tax_records" does not exist'
const job = (name: string, image: string, type: string, created = '2026-03-01T09:40:00Z') => {
  const made = object('Job', name, {
    spec: { template: { spec: { containers: [{ name: 'run', image }] } } },
    status: { conditions: [{ type, status: 'True' }] },
  })
  made.metadata.creationTimestamp = created
  return made
}
const blamed = (...objects: ReturnType<typeof job>[]) => {
  const { view, logs } = logIncident({ current: missing, objects })
  return judgeLogs(logs, view).flatMap(({ blames }) =>
    blames.map(({ resource }) => `${resource.kind}/${resource.name}`),
  )
}

describe('src/logs/judge/own-fault', () => {
  it('blames the job that should have made the table', () => {
    expect(blamed(job('release-42', 'registry.test/tax/db-migrate:42', 'Failed'))).toEqual(['Job/release-42'])
  })

  it('blames no job that does something else', () => {
    expect(blamed(job('nightly-report', 'registry.test/tax/report:1', 'Failed'))).toEqual([])
  })

  it('blames nothing where a later run made up for it', () => {
    const failed = job('migrate-1', 'registry.test/tax/migrate:42', 'Failed')
    const done = job('migrate-2', 'registry.test/tax/migrate:42', 'Complete', '2026-03-01T09:50:00Z')
    expect(blamed(failed, done)).toEqual([])
  })
})
