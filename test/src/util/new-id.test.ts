import { afterEach, describe, expect, it, vi } from 'vitest'
import { newId } from '#src/util/new-id.ts'

describe('src/util/new-id', () => {
  afterEach(() => void vi.useRealTimers())

  it('is the prefix and a UUID of version 7', () => {
    expect(newId('inc')).toMatch(/^inc_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it('carries the time in its first 48 bits, so that later ids sort behind earlier ones', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-03-04T12:00:00Z') })
    const early = newId('run')
    expect(Number.parseInt(early.slice(4, 17).replace('-', ''), 16)).toBe(Date.now())
    vi.advanceTimersByTime(1)
    expect(newId('run') > early).toBe(true)
  })

  it('is another one each time', () => {
    expect(new Set(Array.from({ length: 1_000 }, () => newId('sig'))).size).toBe(1_000)
  })
})
