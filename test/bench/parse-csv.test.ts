import { describe, expect, it } from 'vitest'
import { parseCsv } from './parse-csv.ts'

describe('test/bench/parse-csv', () => {
  it('reads quoted fields with commas, quotes and line breaks', () => {
    expect(parseCsv('LineId,Content,EventId\r\n1,"a, ""b""\nc",E1\r\n2,plain,E2\n3,,E3')).toEqual([
      ['LineId', 'Content', 'EventId'],
      ['1', 'a, "b"\nc', 'E1'],
      ['2', 'plain', 'E2'],
      ['3', '', 'E3'],
    ])
  })

  it.each([
    ['a byte order mark', '\ufeffa,b\n1,2\n'],
    ['CRLF', 'a,b\r\n1,2\r\n'],
    ['CR', 'a,b\r1,2'],
    ['empty lines', '\na,b\n\n1,2\n\n'],
    ['quotes around all', '"a","b"\n"1","2"'],
  ])('takes %s', (_, text) => {
    expect(parseCsv(text)).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ])
  })

  it('keeps quotes inside a field that does not begin with one, and empty fields at the end', () => {
    expect(parseCsv('say "x" now,,\n"",')).toEqual([
      ['say "x" now', '', ''],
      ['', ''],
    ])
  })

  it('takes a field of millions of characters', () => {
    const long = 'a"",'.repeat(1_000_000)
    expect(parseCsv(`"${long}",b`)[0]?.map((field) => field.length)).toEqual([3_000_000, 1])
  })

  it.each(['"open', 'a,"b" c\n'])('refuses %s', (text) => {
    expect(() => parseCsv(text)).toThrow(/quote/)
  })
})
