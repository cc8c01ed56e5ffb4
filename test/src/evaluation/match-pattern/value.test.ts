import { describe, expect, it } from 'vitest'
import { isPlaceholder, matchesValue } from '#src/evaluation/match-pattern.ts'

describe('src/evaluation/match-pattern/value', () => {
  it.each<[unknown, unknown, boolean]>([
    ['>128Mi', '256Mi', true],
    ['>128Mi', '128Mi', false],
    ['<=128Mi', '131072Ki', true],
    ['<=128Mi', '129Mi', false],
    ['>=640Mi', '0.625Gi', true],
    ['<1100m', '1', true],
    ['<1100m', 1.1, false],
    ['>2 (temporary)', 3, true],
    ['>2 (temporary)', 2, false],
    ['>2', 'many', false],
    ['-Xmx<=192m', '-Xmx192m', true],
    ['-Xmx<=192m', '-Xms64m -Xmx128M -XX:+UseG1GC', true],
    ['-Xmx<=192m', '-Xmx512m', false],
    ['-Xmx<=192m', '-Xms64m', false],
    ['-Xmx<=192m', '-Xmx1g', false],
    [8080, '8080', true],
    [8080, 8081, false],
    ['1Gi', '1024Mi', true],
    [true, true, true],
    [true, 'false', false],
    [['serve', '--config=/x'], ['serve', '--config=/x'], true],
    [['serve'], ['serve', '--debug'], false],
    ['passwd', undefined, false],
    ['ready', 'Ready', false],
  ])('holds %j against %j: %s', (expected, actual, same) => {
    expect(matchesValue(expected, actual)).toBe(same)
  })

  it.each([
    ['<ask owner>', true],
    ['registry.local/shop:<existing tag>', true],
    ['<=128Mi', false],
    ['-Xmx<=192m', false],
    ['<1100m', false],
    [3, false],
  ])('knows whether %j has to be asked for: %s', (value, asked) => {
    expect(isPlaceholder(value)).toBe(asked)
  })
})
