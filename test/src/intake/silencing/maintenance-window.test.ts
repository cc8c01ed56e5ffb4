import { describe, expect, it } from 'vitest'
import type { Weekday } from '#src/domain/catalogue.ts'
import { isOpen } from '#src/intake/silencing.ts'

const weekly = (days: Weekday[], from: string, to: string, time_zone = 'UTC') => ({
  days,
  from,
  to,
  time_zone,
  comment: '',
})
const openAt = (window: Parameters<typeof isOpen>[0], time: string) => isOpen(window, Date.parse(time))

describe('src/intake/silencing/maintenance-window', () => {
  it('opens once', () => {
    const window = { starts_at: '2026-11-21T11:00:00Z', ends_at: '2026-11-21T13:00:00Z', comment: '' }
    expect(openAt(window, '2026-11-21T11:00:00Z')).toBe(true)
    expect(openAt(window, '2026-11-21T13:00:00Z')).toBe(false)
  })

  it('opens on its days only (2026-11-22 is a Sunday)', () => {
    const window = weekly(['sun'], '02:00', '04:00')
    expect(openAt(window, '2026-11-22T02:00:00Z')).toBe(true)
    expect(openAt(window, '2026-11-22T04:00:00Z')).toBe(false)
    expect(openAt(window, '2026-11-23T03:00:00Z')).toBe(false)
  })

  it('goes on over midnight', () => {
    const window = weekly(['sun'], '23:00', '01:00')
    expect(openAt(window, '2026-11-22T23:30:00Z')).toBe(true)
    expect(openAt(window, '2026-11-23T00:59:00Z')).toBe(true)
    expect(openAt(window, '2026-11-22T00:30:00Z')).toBe(false)
    expect(openAt(window, '2026-11-23T01:00:00Z')).toBe(false)
  })

  it('lasts a whole day where both ends are the same', () => {
    const window = weekly(['sun'], '06:00', '06:00')
    expect(openAt(window, '2026-11-22T06:00:00Z')).toBe(true)
    expect(openAt(window, '2026-11-23T05:59:00Z')).toBe(true)
    expect(openAt(window, '2026-11-23T06:00:00Z')).toBe(false)
  })

  it('follows the clock on the wall, in summer and in winter', () => {
    const window = weekly(['sun'], '02:00', '03:00', 'America/New_York')
    expect(openAt(window, '2026-07-05T06:30:00Z')).toBe(true)
    expect(openAt(window, '2026-11-22T07:30:00Z')).toBe(true)
    expect(openAt(window, '2026-11-22T06:30:00Z')).toBe(false)
  })
})
