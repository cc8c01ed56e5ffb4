/* PostgreSQL takes neither NUL nor half a surrogate pair in text; both engines get the same. */

const suspicious = /\\u(?:0000|d[89a-f])/i
const unstorable = /\0|\p{Surrogate}/gu

/** JSON that every engine takes: what no text may hold is left out. */
export function toJson(value: unknown): string {
  const text = JSON.stringify(value)
  return suspicious.test(text) ? JSON.stringify(value, clean) : text
}

function clean(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? storable(value) : value
}

/** The text without NUL and halves of surrogate pairs. */
export function storable(text: string): string {
  return text.isWellFormed() && !text.includes('\0') ? text : text.replaceAll(unstorable, '')
}
