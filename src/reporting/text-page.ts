import { printable } from './printable.ts'

/** How a text is laid out. */
export interface TextOptions {
  colour: boolean
  /** Columns to wrap at. */
  width: number
}

export type Tone = 'red' | 'green' | 'yellow' | 'bold' | 'dim'

type Paint = (tone: Tone, text: string) => string

const codes: Record<Tone, number> = { red: 31, green: 32, yellow: 33, bold: 1, dim: 2 }

const plain: Paint = (_, text) => text

const coloured: Paint = (tone, text) => `\u001b[${codes[tone]}m${text}\u001b[0m`

/** A page of plain or coloured lines; `lines` is what it holds so far. */
export interface Page {
  lines: string[]
  paint: Paint
  /** Lines wrapped, with this in front of the first and blanks in front of the rest. */
  put(text: string, lead?: string, tone?: Tone): void
  heading(text: string): void
}

/** An empty page. */
export function createPage({ colour, width }: TextOptions): Page {
  const lines: string[] = []
  const paint = colour ? coloured : plain
  return {
    lines,
    paint,
    put: (text, lead = '', tone) => {
      const rest = ' '.repeat(lead.length)
      const wrapped = wrapText(text, Math.max(20, width - lead.length))
      lines.push(...wrapped.map((line, index) => (index === 0 ? lead : rest) + (tone ? paint(tone, line) : line)))
    },
    heading: (text) => lines.push('', paint('bold', text)),
  }
}

/** Lines of at most so many characters, broken at blanks; a longer word stays whole. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  lines.push(line)
  return lines
}

const columnGap = '  '

/** A table. The columns from `fold` on stand below the others where a line would be wider than `width`. */
export interface Table {
  head: readonly string[]
  rows: readonly (readonly string[])[]
  fold: number
  width: number
}

/** Adds a table; nothing in it is shortened, so that an id can be copied. */
export function putTable(page: Page, { head, rows, fold, width }: Table): void {
  const cells = [head, ...rows].map((row) => row.map((cell) => printable(cell)))
  const widths = head.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)))
  const padded = cells.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)))
  const isNarrow = widths.reduce((sum, own) => sum + own + columnGap.length, -columnGap.length) > width
  for (const [index, row] of padded.entries()) {
    const lines = isNarrow
      ? [row.slice(0, fold).join(columnGap), columnGap + row.slice(fold).join(columnGap)]
      : [row.join(columnGap)]
    for (const line of lines) page.lines.push(index === 0 ? page.paint('dim', line.trimEnd()) : line.trimEnd())
  }
}
