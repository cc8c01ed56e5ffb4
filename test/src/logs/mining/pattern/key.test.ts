import { describe, expect, it } from 'vitest'
import { createKeyer } from '#src/logs/mining/pattern.ts'
import { createRandom } from '#test/bench/log-corpus.ts'

const random = createRandom(3)
const hashes = (size: number) => Array.from({ length: size }, () => Math.floor(random() * 2 ** 32) | 0)

function keyOf(tokens: readonly number[]): number {
  const keyer = createKeyer()
  keyer.load(tokens, tokens.length)
  return keyer.key()
}

describe('src/logs/mining/pattern key', () => {
  it('tells what the key would be with values elsewhere', () => {
    const keyer = createKeyer()
    for (let size = 4; size <= 96; size += 23) {
      const tokens = hashes(size)
      keyer.load(tokens, size)
      expect(keyer.with(2)).toBe(keyOf(tokens.with(2, 1)))
      expect(keyer.with(0, size - 1)).toBe(keyOf(tokens.with(0, 1).with(size - 1, 1)))
      expect(keyer.withStretch(1, 3)).toBe(keyOf(tokens.toSpliced(1, 2, 1)))
      expect(keyer.key()).toBe(keyOf(tokens))
    }
  })

  it('reads no more than the size that it is told, for arrays are used again', () => {
    const tokens = hashes(8)
    const keyer = createKeyer()
    keyer.load(tokens, 5)
    expect(keyer.key()).toBe(keyOf(tokens.slice(0, 5)))
  })

  it('gives different sequences different keys', () => {
    const words = hashes(12)
    const keys = new Set<number>()
    let made = 0
    for (const first of words)
      for (const second of words)
        for (const third of words) {
          for (const tokens of [
            [first, second, third],
            [first, second, 1, third],
            [44, first, second, third, 44],
          ])
            keys.add(keyOf(tokens))
          made += 3
        }
    expect(keys.size).toBe(made)
  })
})
