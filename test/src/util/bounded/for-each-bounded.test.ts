import { describe, expect, it } from 'vitest'
import { forEachBounded } from '#src/util/bounded.ts'

describe('src/util/bounded/for-each-bounded', () => {
  it.each([1, 2, 5, 50])('does each item once and no more than %i at a time', async (jobs) => {
    const items = Array.from({ length: 20 }, (_, index) => index)
    const done: number[] = []
    let under = 0
    let most = 0
    await forEachBounded(items, jobs, async (item, index) => {
      most = Math.max(most, ++under)
      await Promise.resolve()
      under--
      done[index] = item
    })
    expect(done).toEqual(items)
    expect(most).toBe(Math.min(jobs, items.length))
  })

  it('passes a failure on', async () => {
    const failing = forEachBounded([1, 2], 2, () => Promise.reject(new Error('no')))
    await expect(failing).rejects.toThrow('no')
  })

  it('starts nothing more after a failure', async () => {
    const started: number[] = []
    const failing = forEachBounded([1, 2, 3, 4], 1, async (item) => {
      started.push(item)
      if (item === 2) throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(started).toEqual([1, 2])
  })
})
