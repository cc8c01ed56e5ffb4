import { describe, expect, it } from 'vitest'
import { LeaseWatch } from '#src/incidents/lease.ts'

const lease = (incident_id: string, lease_until = 0, attempt = 1) => ({ incident_id, attempt, lease_until })

describe('src/incidents/lease', () => {
  it('calls nothing lapsed that it has not watched for a whole lease, however old it looks', () => {
    const watch = new LeaseWatch(100)
    expect(watch.expired([lease('a', -5_000_000)], 0)).toEqual([])
    expect(watch.expired([lease('a', -5_000_000)], 99)).toEqual([])
    expect(watch.expired([lease('a', -5_000_000)], 100)).toEqual([lease('a', -5_000_000)])
  })

  it('begins anew with every renewal and every new attempt', () => {
    const watch = new LeaseWatch(100)
    watch.expired([lease('a', 1), lease('b', 1)], 0)
    watch.expired([lease('a', 2), lease('b', 1, 2)], 90)
    expect(watch.expired([lease('a', 2), lease('b', 1, 2)], 180)).toEqual([])
    expect(watch.expired([lease('a', 2), lease('b', 1, 2)], 190)).toHaveLength(2)
  })

  it('forgets claims that are gone', () => {
    const watch = new LeaseWatch(100)
    watch.expired([lease('a')], 0)
    watch.expired([], 50)
    expect(watch.expired([lease('a')], 120)).toEqual([])
  })
})
