import { describe, expect, it } from 'vitest'
import { readJsonLines, type JsonLine } from '#src/adapters/kubernetes/event-watch.ts'

function streamOf(...chunks: (string | Uint8Array)[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(typeof chunk === 'string' ? encoder.encode(chunk) : chunk)
      controller.close()
    },
  })
}

async function collect(stream: ReadableStream<Uint8Array>, limit?: number, silence = 1_000): Promise<JsonLine[]> {
  const lines: JsonLine[] = []
  for await (const line of readJsonLines(stream, silence, limit)) lines.push(line)
  return lines
}

describe('src/adapters/kubernetes/event-watch/read-json-lines', () => {
  it('puts lines together however the stream cuts them, also inside a character', async () => {
    const bytes = new TextEncoder().encode('{"a":"é"}\n{"b":2}\n')
    const single = Array.from(bytes, (byte) => new Uint8Array([byte]))
    expect(await collect(streamOf(...single))).toEqual([
      { kind: 'value', value: { a: 'é' } },
      { kind: 'value', value: { b: 2 } },
    ])
  })

  it('drops what is no JSON and goes on', async () => {
    expect(await collect(streamOf('oops\n\n{"a":1}\n'))).toEqual([
      { kind: 'dropped', why: 'not_json' },
      { kind: 'value', value: { a: 1 } },
    ])
  })

  it('drops a line that grows beyond the limit and goes on with the next', async () => {
    const long = Array.from({ length: 50 }, () => 'x'.repeat(10))
    expect(await collect(streamOf(...long, '\n{"a":1}\n'), 100)).toEqual([
      { kind: 'dropped', why: 'too_long' },
      { kind: 'value', value: { a: 1 } },
    ])
  })

  it('says nothing of a last line that broke off', async () => {
    expect(await collect(streamOf('{"a":1}\n{"b":'))).toEqual([{ kind: 'value', value: { a: 1 } }])
  })

  it('ends a stream that has fallen silent', async () => {
    const silent = new ReadableStream<Uint8Array>({})
    await expect(collect(silent, 100, 10)).rejects.toMatchObject({ name: 'TimeoutError' })
  })
})
