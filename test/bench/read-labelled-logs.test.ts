import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readLabelledLogs } from './read-labelled-logs.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'labelled-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), text)
}

describe('test/bench/read-labelled-logs', () => {
  it('reads every labelled file in the folder and below, by name, whatever it calls itself', () => {
    const names = [
      'A/A_2k.log_structured.csv',
      'b_structured.csv',
      'c/d/E_full.log_structured_corrected.csv',
      'f_2k_structured.CSV',
    ]
    for (const name of names) write(name, 'LineId,Content,EventId\n1,up,E1\n')
    for (const name of ['A/A_2k.log_templates.csv', 'notes.txt', 'structured.txt']) write(name, 'x')
    expect(readLabelledLogs(folder).map((log) => log.name)).toEqual(names.toSorted())
  })

  it('finds the columns wherever they stand, among others', () => {
    write(
      'a_structured.csv',
      '\ufeffEventTemplate,EventId,Level,Content ,LineId\r\n"a, <*>",E7,INFO,"say ""x"",\nthen",1\r\n',
    )
    expect(readLabelledLogs(folder)[0]?.lines).toEqual([{ content: 'say "x",\nthen', event: 'E7' }])
  })

  it.each([
    ['no labelled file', 'a.csv', 'LineId,Content,EventId\n1,a,E1', /no \*_structured\*\.csv in /],
    [
      'a missing column',
      'a_structured.csv',
      'LineId,Message,EventId\n1,a,E1',
      /a_structured\.csv has no column Content, only LineId, Message, EventId/,
    ],
    ['two missing columns', 'a_structured.csv', 'x\n1', /no column Content and no column EventId/],
    ['an empty file', 'a_structured.csv', '', /no column Content/],
    ['a file without lines', 'a_structured.csv', 'LineId,Content,EventId\n', /a_structured\.csv has no lines/],
    ['a short row', 'a_structured.csv', 'Content,EventId\na,E1\nb\n', /row 3 has 1 fields, the header has 2/],
    [
      'a quote that is never closed',
      'a_structured.csv',
      'Content,EventId\n"a,E1\n',
      /a_structured\.csv is not CSV: the quote/,
    ],
  ])('refuses %s, and says which', (_, name, text, message) => {
    write(name, text)
    expect(() => readLabelledLogs(folder)).toThrow(message)
  })
})
