import { describe, expect, it } from 'vitest'
import { createLimiter } from '#src/util/bounded.ts'

const signal = new AbortController().signal

describe('src/util/bounded/limiter', () => {
  it('never lets more through than it has places, and everybody in the end', async () => {
    const limit = createLimiter(3)
    let inside = 0
    let most = 0
    const work = async () => {
      most = Math.max(most, ++inside)
      await Promise.resolve()
      inside--
    }
    await Promise.all(Array.from({ length: 50 }, () => limit(work, signal)))
    expect([inside, most]).toEqual([0, 3])
  })

  it('lets the next one in when work fails', async () => {
    const limit = createLimiter(1)
    await expect(limit(() => Promise.reject(new Error('no')), signal)).rejects.toThrow('no')
    expect(await limit(async () => 'in', signal)).toBe('in')
  })

  it('lets who waits leave, without losing a place', async () => {
    const limit = createLimiter(1)
    const held = Promise.withResolvers<void>()
    const first = limit(() => held.promise, signal)
    const leaving = new AbortController()
    const second = limit(async () => 'second', leaving.signal)
    const third = limit(async () => 'third', signal)
    leaving.abort(new Error('left'))
    await expect(second).rejects.toThrow('left')
    held.resolve()
    await first
    expect(await third).toBe('third')
    expect(await limit(async () => 'fourth', signal)).toBe('fourth')
  })
})
