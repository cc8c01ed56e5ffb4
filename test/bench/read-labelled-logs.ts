import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LabelledLine } from './log-corpus.ts'
import { parseCsv } from './parse-csv.ts'

/** A log the lines of which are labelled with the statement that said them. */
export interface LabelledLog {
  name: string
  lines: LabelledLine[]
}

const fileName = /_structured[^/\\]*\.csv$/i
const needed = ['Content', 'EventId'] as const

/**
 * Every `*_structured*.csv` in a folder and the folders below it, by name. Columns stand in any order, more than are needed do no
 * harm. Throws where there is none, or where one cannot be scored, and says which and why.
 */
export function readLabelledLogs(folder: string): LabelledLog[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => fileName.test(name))
  if (names.length === 0) throw new Error(`no *_structured*.csv in ${folder}`)
  return names.toSorted().map((name) => ({ name, lines: readLines(folder, name) }))
}

function readLines(folder: string, name: string): LabelledLine[] {
  const [header = [], ...rows] = rowsOf(folder, name)
  const columns = header.map((column) => column.trim().toLowerCase())
  const missing = needed.filter((column) => !columns.includes(column.toLowerCase()))
  if (missing.length > 0)
    throw new Error(`${name} has no column ${missing.join(' and no column ')}, only ${header.join(', ') || 'nothing'}`)
  if (rows.length === 0) throw new Error(`${name} has no lines`)
  const [content = 0, event = 0] = needed.map((column) => columns.indexOf(column.toLowerCase()))
  return rows.map((row, index) => {
    if (row.length <= Math.max(content, event))
      throw new Error(`${name}: row ${index + 2} has ${row.length} fields, the header has ${header.length}`)
    return { content: row[content] ?? '', event: row[event] ?? '' }
  })
}

function rowsOf(folder: string, name: string): string[][] {
  const text = readFileSync(join(folder, name), 'utf8')
  try {
    return parseCsv(text)
  } catch (error) {
    throw new Error(`${name} is not CSV: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}
