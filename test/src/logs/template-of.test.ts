import { describe, expect, it } from 'vitest'
import { templateOf } from '#src/logs/template-of.ts'

describe('src/logs/template-of', () => {
  it.each([
    ['connect to 10.0.0.1:80 failed', 'connect to 10.9.9.9:5432 failed'],
    [
      'request 3f2b8c1a-0000-4000-8000-000000000001 took 12.5 ms',
      'request 3f2b8c1a-0000-4000-8000-00000000beef took 7 ms',
    ],
    ['file "a.csv" refused', 'file "b.csv" refused'],
  ])('makes %s and %s alike', (left, right) => {
    expect(templateOf(left)).toBe(templateOf(right))
  })

  it('keeps other words apart', () => {
    expect(templateOf('disk full')).not.toBe(templateOf('disk empty'))
  })
})
