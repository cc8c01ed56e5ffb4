import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Mechanism } from '#src/domain/mechanism.ts'

const page = readFileSync('docs/coverage.md', 'utf8')
const rows = page
  .split('\n')
  .filter((line) => /^\| (?!Condition|---)/.test(line))
  .map((line) => {
    const [condition = '', said = '', reason = ''] = line
      .split('|')
      .slice(1, 4)
      .map((cell) => cell.trim())
    return { condition, said: [...said.matchAll(/`(\w+)`/g)].map(([, name]) => name ?? ''), reason }
  })

describe('docs/coverage.md', () => {
  it('names every mechanism, and nothing that is none', () => {
    const named = new Set(rows.flatMap(({ said }) => said))
    expect([...named].toSorted()).toEqual(Mechanism.options.toSorted())
  })

  it('gives a reason for what is not detected, and for that alone', () => {
    expect(rows.filter(({ said, reason }) => (said.length === 0) !== (reason !== ''))).toEqual([])
  })

  it('is three columns wide everywhere', () => {
    const crooked = page.split('\n').filter((line) => line.startsWith('|') && line.split('|').length !== 5)
    expect(crooked).toEqual([])
  })
})
