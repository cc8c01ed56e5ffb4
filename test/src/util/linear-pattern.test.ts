import { describe, expect, it } from 'vitest'
import { linearPattern } from '#src/util/linear-pattern.ts'
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

describe('src/util/linear-pattern', () => {
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

  it('stays quick where an automaton would have a state for every text it has seen', () => {
    const random = new Random(5)
    const started = process.cpuUsage()
    for (let round = 0; round < 5; round++) expect(fits('[ab]*a[ab]{200}c', random.text(4_096, 'ab'))).toBe(false)
    // Processor time: on a busy machine the clock runs on while others work.
    expect(process.cpuUsage(started).user / 1_000).toBeLessThan(5_000)
  })

  it('reads braces and parentheses in classes and behind a backslash as characters', () => {
    expect(fits('[({]{2}', '({')).toBe(true)
    expect(fits('[^]({]', 'a')).toBe(true)
    expect(fits('\\{\\(', '{(')).toBe(true)
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
    '(?P<n>a)',
    '(?i)a',
    'a{257}',
    'a**',
    '\\1',
    'a{3,1}',
    'a{999}',
    'a{x}',
    '[z-a]',
    '((((a{99}){99}){99}){99})',
    '('.repeat(60) + ')'.repeat(60),
  ])('says why %s cannot be used', (pattern) => expect(linearPattern(pattern)).toEqual({ error: expect.any(String) }))
})
