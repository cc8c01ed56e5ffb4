import { printable } from './printable.ts'
import type { Page } from './text-page.ts'

/** A table. The columns from `fold` on stand below the others where a line would be wider than `width`. */
export interface Table {
  head: readonly string[]
  rows: readonly (readonly string[])[]
  fold: number
  width: number
}

const gap = '  '

/** Puts a table; nothing in it is shortened, so that an id can be copied. */
export function putTable(page: Page, { head, rows, fold, width }: Table): void {
  const cells = [head, ...rows].map((row) => row.map((cell) => printable(cell)))
  const widths = head.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)))
  const padded = cells.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)))
  const isNarrow = widths.reduce((sum, own) => sum + own + gap.length, -gap.length) > width
  for (const [index, row] of padded.entries()) {
    const lines = isNarrow ? [row.slice(0, fold).join(gap), gap + row.slice(fold).join(gap)] : [row.join(gap)]
    for (const line of lines) page.lines.push(index === 0 ? page.paint('dim', line.trimEnd()) : line.trimEnd())
  }
}
