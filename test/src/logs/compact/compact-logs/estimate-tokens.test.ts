import { describe, expect, it } from 'vitest'
import { estimateTokens } from '#src/logs/compact/compact-logs.ts'

describe('src/logs/compact/compact-logs/estimate-tokens', () => {
  // What common vocabularies need at least, counted by hand: words, groups of three digits, marks.
  it.each([
    ['', 0, 0],
    ['the log was cut', 4, 6],
    ['connection refused', 2, 5],
    ['10.96.0.1:5432', 9, 14],
    ['2026-11-20T09:45:06.558Z', 14, 24],
    ['{"level":"info","msg":"order stored"}', 13, 24],
    ['größe', 2, 4],
    ['日本語のログ', 6, 12],
  ])('counts %j neither too low nor by far too high', (text, least, most) => {
    expect(estimateTokens(text)).toBeGreaterThanOrEqual(least)
    expect(estimateTokens(text)).toBeLessThanOrEqual(most)
  })

  it('grows with the text, and parts never cost less than the whole', () => {
    const line = 'E1120 09:45:06.558123       1 controller.go:330] "Failed" err="dial tcp 10.0.0.7:5432"'
    expect(estimateTokens(`${line}\n${line}`)).toBe(2 * estimateTokens(line) + 1)
    expect(estimateTokens(line.slice(0, 40)) + estimateTokens(line.slice(40))).toBeGreaterThanOrEqual(
      estimateTokens(line),
    )
  })
})
