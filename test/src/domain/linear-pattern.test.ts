import { describe, expect, it } from 'vitest'
import { linearPattern } from '#src/domain/linear-pattern.ts'
import { Random } from '#test/helpers/random.ts'
import { mustEnd } from '#test/helpers/must-end.ts'

function fits(pattern: string, text: string): boolean | string {
  const compiled = linearPattern(pattern)
  return typeof compiled === 'function' ? compiled(text) : compiled.error
}

/** A random pattern of all that is known. */
function randomPattern(random: Random, depth = 0): string {
  const atoms = ['a', 'b', '.', '[ab]', '[^a]', '\\d', '\\w', '\\.', '[a-c]', '-']
  const length = 1 + random.below(4)
  let pattern = ''
  for (let part = 0; part < length; part++) {
    const atom =
      depth < 3 && random.below(4) === 0 ? `(?:${randomPattern(random, depth + 1)})` : random.pick(atoms as [string])
    pattern += atom + random.pick(['', '', '', '*', '+', '?', '{2}', '{1,3}', '{2,}'])
    if (random.below(6) === 0) pattern += '|'
  }
  return pattern
}

describe('src/domain/linear-pattern', () => {
  it('agrees with the regular expressions of the language: 3,000 random patterns', () => {
    const random = new Random(11)
    for (let round = 0; round < 3_000; round++) {
      const pattern = randomPattern(random)
      const expression = new RegExp(`^(?:${pattern})$`, 's')
      for (let index = 0; index < 4; index++) {
        const text = random.text(random.below(7), 'abc1.-')
        expect(fits(pattern, text), `${pattern} on ${text}`).toBe(expression.test(text))
      }
    }
  })

  it.each(['(a+)+b', '.*.*.*.*.*.*x'])('ends where backtracking would not: %s', (pattern) => {
    expect(mustEnd(() => fits(pattern, 'a'.repeat(5_000)))).toBe(false)
  })

  it('must fit the whole text', () => {
    expect(fits('shop', 'workshop')).toBe(false)
    expect(fits('^shop$', 'shop')).toBe(true)
    expect(fits('', '')).toBe(true)
  })

  it.each([
    '(',
    ')',
    '[a',
    'a\\',
    '*',
    '(?=a)',
    '(?<n>a)',
    '\\1',
    'a{3,1}',
    'a{999}',
    'a{x}',
    '[z-a]',
    '((((a{99}){99}){99}){99})',
    '('.repeat(60) + ')'.repeat(60),
  ])('says why %s cannot be used', (pattern) => expect(linearPattern(pattern)).toEqual({ error: expect.any(String) }))
})
