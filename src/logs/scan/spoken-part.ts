const messageKeys = ['"msg":', '"message":', '"@m":', '"event":', '"log":']
const quote = 34
const backslash = 92

/** Of a JSON line its message, found without reading the rest; any other line as it is. */
export function spokenPart(line: string): string {
  if (line.charCodeAt(0) !== 123) return line
  for (const key of messageKeys) {
    const at = line.indexOf(key)
    if (at < 0) continue
    const start = line.charCodeAt(at + key.length) === quote ? at + key.length : at + key.length + 1
    if (line.charCodeAt(start) !== quote) continue
    let end = line.indexOf('"', start + 1)
    while (end > 0 && line.charCodeAt(end - 1) === backslash) end = line.indexOf('"', end + 1)
    if (end > start + 1) return line.slice(start + 1, end)
  }
  return line
}
