import { describe, expect, it } from 'vitest'
import { LapseWatch } from '#src/incidents/lapse-watch.ts'

const lease = (incident_id: string, lease_until = 0, attempt = 1) => ({ incident_id, attempt, lease_until })

describe('src/incidents/lapse-watch', () => {
  it('calls nothing lapsed that it has not watched for a whole lease, however old it looks', () => {
    const watch = new LapseWatch(100)
    expect(watch.lapsed([lease('a', -5_000_000)], 0)).toEqual([])
    expect(watch.lapsed([lease('a', -5_000_000)], 99)).toEqual([])
    expect(watch.lapsed([lease('a', -5_000_000)], 100)).toEqual([lease('a', -5_000_000)])
  })

  it('begins anew with every renewal and every new attempt', () => {
    const watch = new LapseWatch(100)
    watch.lapsed([lease('a', 1), lease('b', 1)], 0)
    watch.lapsed([lease('a', 2), lease('b', 1, 2)], 90)
    expect(watch.lapsed([lease('a', 2), lease('b', 1, 2)], 180)).toEqual([])
    expect(watch.lapsed([lease('a', 2), lease('b', 1, 2)], 190)).toHaveLength(2)
  })

  it('forgets claims that are gone', () => {
    const watch = new LapseWatch(100)
    watch.lapsed([lease('a')], 0)
    watch.lapsed([], 50)
    expect(watch.lapsed([lease('a')], 120)).toEqual([])
  })
})
