import { describe, expect, it } from 'vitest'
import { compareSeverity, Priority, priorityOf, Severity } from '#src/domain/severity.ts'

describe('src/domain/severity', () => {
  it('gives each severity its paging level, in the same order', () => {
    expect(Severity.options.map(priorityOf)).toEqual(Priority.options)
  })

  it('sorts the most severe first', () => {
    const mixed: Severity[] = ['low', 'critical', 'info', 'high', 'medium']
    expect(mixed.toSorted(compareSeverity)).toEqual(['critical', 'high', 'medium', 'low', 'info'])
    expect(compareSeverity('high', 'high')).toBe(0)
  })
})
