import { describe, expect, it } from 'vitest'
import { createSweepProgress } from '#src/cli/sweep.ts'

function run(total: number, redraw: boolean, columns?: number): string {
  let text = ''
  const stderr = { write: (part: string) => (text += part), columns }
  const progress = createSweepProgress(total, redraw, { stderr })
  for (let done = 1; done <= total; done++) progress.step({ issue: done, unknown: 0 })
  progress.end()
  return text
}

describe('src/cli/sweep/sweep-progress', () => {
  it('writes a plain line for every tenth of the way', () => {
    const lines = run(200, false).trimEnd().split('\n')
    expect(lines).toHaveLength(10)
    expect(lines[0]).toMatch(/^20 of 200 namespaces: 20 with an issue, 0 unknown, \d+ s$/)
    expect(lines[9]).toContain('200 of 200')
  })

  it.each([1, 3, 7])('never writes more lines than there are namespaces (%i)', (total) => {
    expect(run(total, false).trimEnd().split('\n')).toHaveLength(total)
  })

  it('draws one line again on a terminal, within its width, and wipes it at the end', () => {
    const text = run(30, true, 30)
    expect(text).not.toContain('\n')
    expect(text.endsWith('\r\u001b[2K')).toBe(true)
    const lines = text.split('\r\u001b[2K')
    expect(lines.length).toBeGreaterThan(2)
    expect(lines.filter((line) => line.length >= 30)).toEqual([])
  })

  it('writes nothing where there is nothing to ask', () => {
    expect(run(0, true) + run(0, false)).toBe('')
  })
})
