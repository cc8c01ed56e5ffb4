import { describe, expect, it } from 'vitest'
import { createSlewingClock } from '#src/util/slewing-clock.ts'

function clockOf() {
  const times = { wall: 1_000_000, monotonic: 50 }
  const clock = createSlewingClock(
    () => times.wall,
    () => times.monotonic,
  )
  const pass = (ms: number) => {
    times.wall += ms
    times.monotonic += ms
  }
  return { times, clock, pass }
}

describe('src/util/slewing-clock', () => {
  it('shows the wall clock while nobody sets it', () => {
    const { clock, pass } = clockOf()
    pass(12_345)
    expect(clock()).toBe(1_012_345)
  })

  it.each([3_600_000, -3_600_000])('does not jump when the wall clock is set by %i ms', (jump) => {
    const { times, clock, pass } = clockOf()
    clock()
    times.wall += jump
    expect(clock()).toBe(1_000_000)
    pass(1_000)
    expect(Math.abs(clock() - 1_001_000)).toBeLessThanOrEqual(100)
  })

  it('reaches the wall clock again in time, and never goes backwards on its way', () => {
    for (const jump of [60_000, -60_000]) {
      const { times, clock, pass } = clockOf()
      times.wall += jump
      let last = clock()
      for (let second = 0; second < 660; second++) {
        pass(1_000)
        const now = clock()
        expect(now).toBeGreaterThan(last)
        last = now
      }
      expect(last).toBe(times.wall)
    }
  })
})
