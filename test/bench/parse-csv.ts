/** Rows of a CSV text: fields in quotes may hold commas, line breaks and doubled quotes. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  const field = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/gy
  let position = text.startsWith('\ufeff') ? 1 : 0
  while (position < text.length) {
    field.lastIndex = position
    const match = field.exec(text)
    if (!match) throw new Error(`not CSV at character ${position}`)
    row.push(match[1] === undefined ? (match[2] ?? '') : match[1].replaceAll('""', '"'))
    position = field.lastIndex
    if (match[3] === ',' && position < text.length) continue
    if (match[3] === ',') row.push('')
    rows.push(row)
    row = []
  }
  return rows
}
