import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { boundSignal, untilAborted } from '#src/util/abort.ts'

describe('src/util/abort', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('ends with the outer signal, for its reason', () => {
    const outer = new AbortController()
    using bound = boundSignal(outer.signal, { ms: 1000 })
    outer.abort(new Error('the service stops'))
    expect(bound.signal.reason).toEqual(new Error('the service stops'))
  })

  it('is ended from the start where the outer one is', () => {
    using bound = boundSignal(AbortSignal.abort('over'), { ms: 1000 })
    expect(bound.signal.reason).toBe('over')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('ends when the time is up, as a timeout or for the reason given', () => {
    using plain = boundSignal(new AbortController().signal, { ms: 1000 })
    using named = boundSignal(new AbortController().signal, { ms: 1000, reason: () => 'too slow' })
    vi.advanceTimersByTime(999)
    expect(plain.signal.aborted).toBe(false)
    vi.advanceTimersByTime(1)
    expect(plain.signal.reason).toMatchObject({ name: 'TimeoutError' })
    expect(named.signal.reason).toBe('too slow')
  })

  it('leaves no timer and no listener behind once the work is done', () => {
    const outer = new AbortController()
    const bound = boundSignal(outer.signal, { ms: 1000 })
    bound[Symbol.dispose]()
    expect(vi.getTimerCount()).toBe(0)
    expect(getEventListeners(outer.signal, 'abort')).toEqual([])
    outer.abort()
    expect(bound.signal.aborted).toBe(false)
  })

  it('waits for work until the signal ends, and not for what the work does afterwards', async () => {
    const controller = new AbortController()
    const late = Promise.withResolvers<string>()
    const waited = untilAborted(late.promise, controller.signal)
    controller.abort(new Error('over'))
    await expect(waited).rejects.toThrow('over')
    await expect(untilAborted(late.promise, controller.signal)).rejects.toThrow('over')
    late.reject(new Error('nobody waits for this'))
    expect(await untilAborted(Promise.resolve('done'), new AbortController().signal)).toBe('done')
    expect(getEventListeners(controller.signal, 'abort')).toEqual([])
  })
})
