/** What a stream of JSON lines brings: a value, or a line that was dropped for its size or because it is no JSON. */
export type JsonLine = { kind: 'value'; value: unknown } | { kind: 'dropped'; why: 'too_long' | 'not_json' }

const longestLine = 1_048_576

/**
 * Newline-separated JSON. A line longer than a mebibyte is dropped while it arrives, so that memory stays bounded; no word for
 * `silence_ms` ends the stream with a TimeoutError, for a connection may die without telling.
 */
export async function* readJsonLines(
  stream: ReadableStream<Uint8Array>,
  silence_ms: number,
  limit = longestLine,
): AsyncGenerator<JsonLine> {
  const reader = stream.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  let skipping = false
  try {
    for (;;) {
      const { done, value } = await readWithin(reader, silence_ms)
      if (done) return
      const pieces = (rest + decoder.decode(value, { stream: true })).split('\n')
      rest = pieces.pop() ?? ''
      for (const piece of pieces) {
        if (skipping) skipping = false
        else if (piece.trim() !== '') yield parse(piece)
      }
      if (rest.length > limit) {
        if (!skipping) yield { kind: 'dropped', why: 'too_long' }
        skipping = true
        rest = ''
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

async function readWithin(reader: ReadableStreamDefaultReader<Uint8Array>, silence_ms: number) {
  const { promise: silent, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new DOMException('the stream fell silent', 'TimeoutError')), silence_ms)
  try {
    return await Promise.race([reader.read(), silent])
  } finally {
    clearTimeout(timer)
  }
}

function parse(line: string): JsonLine {
  try {
    return { kind: 'value', value: JSON.parse(line) }
  } catch {
    return { kind: 'dropped', why: 'not_json' }
  }
}
