/*
 * Reads a line without parsing it: strips escape sequences, finds continuation lines of stack traces, and the message of a JSON
 * line. Each takes one pass over the line, for any content.
 */

// oxlint-disable-next-line no-control-regex -- the pattern matches the escape character
const escapes = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]{0,500}(?:\u0007|\u001b\\)?|\u001b[@-Z\\-_]/g

/** The text without terminal escape sequences: colours, cursor moves, window titles. */
export function stripEscapes(text: string): string {
  return text.includes('\u001b') ? text.replaceAll(escapes, '') : text
}

/** True for the lines of a stack trace after its first: frames and causes. */
export function continuesStackTrace(line: string): boolean {
  const first = line.charCodeAt(0)
  if (first === 32 || first === 9) return true
  if (first === 67) return line.startsWith('Caused by: ')
  if (first === 97) return line.startsWith('at ')
  return first === 46 && line.startsWith('... ')
}

const openingBrace = 123
const quote = 34
const backslash = 92
const messageKeys = ['"msg":', '"message":', '"@m":', '"event":', '"log":']

/** The message of a JSON line, found without parsing it; any other line as it is. */
export function messageOf(line: string): string {
  if (line.charCodeAt(0) !== openingBrace) return line
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
