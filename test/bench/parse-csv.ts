/**
 * Rows of a CSV text: fields in quotes may hold commas, line breaks and doubled quotes; lines end in LF, CRLF or CR, the first may
 * begin with a byte order mark. Empty lines are no rows.
 */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let position = text.startsWith('\ufeff') ? 1 : 0
  while (position < text.length) {
    const { value, end } = text[position] === '"' ? quotedField(text, position) : plainField(text, position)
    row.push(value)
    const stop = text[end]
    if (stop === ',') {
      position = end + 1
      if (position === text.length) row.push('')
      else continue
    } else position = end + (stop === '\r' && text[end + 1] === '\n' ? 2 : 1)
    if (row.length > 1 || row[0] !== '') rows.push(row)
    row = []
  }
  if (row.length > 0) rows.push(row)
  return rows
}

interface Field {
  value: string
  /** Position of what ends it: a comma, a line break or the end of the text. */
  end: number
}

function plainField(text: string, start: number): Field {
  let end = start
  while (end < text.length && !isStop(text[end])) end++
  return { value: text.slice(start, end), end }
}

function quotedField(text: string, start: number): Field {
  let value = ''
  let from = start + 1
  for (;;) {
    const quote = text.indexOf('"', from)
    if (quote < 0) throw new Error(`the quote at character ${start} is never closed`)
    value += text.slice(from, quote)
    if (text[quote + 1] !== '"') {
      if (quote + 1 < text.length && !isStop(text[quote + 1]))
        throw new Error(`a field goes on behind its closing quote at character ${quote}`)
      return { value, end: quote + 1 }
    }
    value += '"'
    from = quote + 2
  }
}

function isStop(character: string | undefined): boolean {
  return character === ',' || character === '\n' || character === '\r'
}
