import { describe, expect, it } from 'vitest'
import { createPage, putTable } from '#src/reporting/text-page.ts'

function table(width: number): string[] {
  const page = createPage({ colour: false, width })
  putTable(page, {
    head: ['ID', 'AGE', 'WHAT', 'WHERE'],
    rows: [
      ['apr_1', '4m', 'scale web', 'shop'],
      ['apr_22', '1d 2h', 'do\u001b[2J\nit', '-'],
    ],
    fold: 2,
    width,
  })
  return page.lines
}

describe('src/reporting/text-page/table', () => {
  it('puts each row on a line where there is room, and nothing that a terminal would obey', () => {
    expect(table(80)).toEqual([
      'ID      AGE    WHAT       WHERE',
      'apr_1   4m     scale web  shop',
      'apr_22  1d 2h  do [2J it  -',
    ])
  })

  it('folds a row where there is none, and shortens nothing', () => {
    expect(table(20)).toEqual([
      'ID      AGE',
      '  WHAT       WHERE',
      'apr_1   4m',
      '  scale web  shop',
      'apr_22  1d 2h',
      '  do [2J it  -',
    ])
  })
})
