import { describe, expect, it } from 'vitest'
import { readLogBatches } from '#src/adapters/kubernetes/kubernetes-log-source.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const signal = new AbortController().signal

function streamOf(pieces: (string | Uint8Array | Error)[], onCancel?: () => void): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      const piece = pieces.shift()
      if (piece === undefined) return controller.close()
      if (piece instanceof Error) return controller.error(piece)
      controller.enqueue(typeof piece === 'string' ? bytes(piece) : piece)
    },
    cancel: () => onCancel?.(),
  })
}

async function texts(stream: ReadableStream<Uint8Array>, lines: string[] = []): Promise<string[]> {
  for await (const batch of readLogBatches(stream, { idle_ms: 1000, signal }))
    lines.push(...batch.lines.map(({ text }) => text))
  return lines
}

describe('src/adapters/kubernetes/kubernetes-log-source/read-log-batches', () => {
  it('puts lines together that come in pieces, also where a piece ends within a character', async () => {
    const [head, tail] = [bytes('grün').slice(0, 3), bytes('grün').slice(3)]
    expect(await texts(streamOf(['one\ntw', 'o\n', head, tail]))).toEqual(['one', 'two', 'grün'])
  })

  it('throws a plain reason where the stream breaks, after what came whole', async () => {
    const lines: string[] = []
    const broken = streamOf(['one\nhalf of a li', new TypeError('terminated')])
    await expect(texts(broken, lines)).rejects.toThrow('the answer broke off in the middle')
    expect(lines).toEqual(['one'])
  })

  it('ends where nothing comes for too long', async () => {
    const silent = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => undefined) })
    const batches = readLogBatches(silent, { idle_ms: 20, signal })
    await expect(batches.next()).rejects.toThrow('nothing came for 0.02 s')
  })

  it("throws the signal's own reason on abort", async () => {
    const reason = new Error('the run ended')
    const silent = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => undefined) })
    const abort = new AbortController()
    const next = readLogBatches(silent, { idle_ms: 5000, signal: abort.signal }).next()
    abort.abort(reason)
    await expect(next).rejects.toBe(reason)
  })

  it('lets the connection go when its reader leaves early', async () => {
    let cancelled = false
    for await (const { lines } of readLogBatches(
      streamOf(['one\n', 'two\n'], () => (cancelled = true)),
      {
        idle_ms: 1000,
        signal,
      },
    ))
      if (lines.length > 0) break
    expect(cancelled).toBe(true)
  })
})
