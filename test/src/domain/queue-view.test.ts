import { describe, expect, it } from 'vitest'
import { QueueView } from '#src/domain/queue-view.ts'

const item = {
  incident_id: 'inc_1',
  priority: 'P2',
  service: 'shop/api',
  resource: { kind: 'Deployment', namespace: 'shop', name: 'api' },
  opened_at: '2026-03-04T12:00:00Z',
  signal_count: 3,
}
const view = {
  queued: 1,
  running: 0,
  limit: 4,
  dead_letters: 0,
  storm: { active: false, opened_last_minute: 1, limit_per_minute: 30 },
  waiting: [item],
  running_now: [],
}

describe('src/domain/queue-view', () => {
  it('shows what waits and what runs', () => {
    expect(QueueView.parse(view)).toEqual(view)
  })

  it('has whole counts and priorities of the paging scale', () => {
    expect(QueueView.safeParse({ ...view, queued: 0.5 }).success).toBe(false)
    expect(QueueView.safeParse({ ...view, waiting: [{ ...item, priority: 'high' }] }).success).toBe(false)
  })
})
