import { describe, expect, it } from 'vitest'
import { mineTemplates } from '../../../../src/analyzers/logs/mine-templates.ts'
import { readRecords } from '../../../../src/analyzers/logs/read-records.ts'

const records = (lines: string[]) => readRecords(lines.map((text) => ({ text })))

describe('src/analyzers/logs/mine-templates', () => {
  it('counts lines of one statement as one kind, with first and last time and a sample', () => {
    const templates = mineTemplates(
      records(
        Array.from(
          { length: 50 },
          (_, index) =>
            `2026-03-01T10:00:${String(index).padStart(2, '0')}Z ERROR dial tcp 10.0.0.${index}:80: refused`,
        ),
      ),
    )
    expect(templates).toHaveLength(1)
    expect(templates[0]).toMatchObject({
      count: 50,
      first: '2026-03-01T10:00:00.000Z',
      last: '2026-03-01T10:00:49.000Z',
    })
    expect(templates[0]?.sample).toContain('10.0.0.0')
  })

  it('keeps different statements apart, the most frequent first', () => {
    const templates = mineTemplates(records(['INFO a b c', 'ERROR other thing entirely happened', 'INFO a b c']))
    expect(templates.map((template) => template.count)).toEqual([2, 1])
  })

  it('stays bounded and loses no line on endless kinds', () => {
    const templates = mineTemplates(
      records(
        Array.from(
          { length: 1000 },
          (_, index) =>
            `${String.fromCodePoint(97 + (index % 26))}${'q'.repeat(index % 97)} ${'w '.repeat(index % 41)}`,
        ),
      ),
    )
    expect(templates.length).toBeLessThanOrEqual(201)
    expect(templates.reduce((sum, template) => sum + template.count, 0)).toBe(1000)
  })
})
