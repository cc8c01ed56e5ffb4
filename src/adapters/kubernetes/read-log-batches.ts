import type { LogBatch } from '#tools/logs/log-stream.ts'
import { describeNetworkError } from './describe-network-error.ts'
import { LineSplitter } from './line-splitter.ts'
import { parseLogLine } from './parse-log-line.ts'

/** How a stream of log text is read. */
export interface BatchOptions {
  /** A source that sends nothing for so long has broken off. */
  idle_ms: number
  signal: AbortSignal
}

/**
 * A log's text as whole lines, piece by piece as it comes; the next piece is asked for when the last one was taken. Throws the
 * signal's reason on abort, else an error with a plain reason where the stream breaks: the half line at the break is left out.
 */
export async function* readLogBatches(
  stream: ReadableStream<Uint8Array>,
  { idle_ms, signal }: BatchOptions,
): AsyncGenerator<LogBatch> {
  const reader = stream.getReader()
  const decoder = new TextDecoder()
  const splitter = new LineSplitter()
  try {
    for (;;) {
      const { done, value } = await readInTime(reader, idle_ms, signal)
      if (done) break
      const lines = splitter.push(decoder.decode(value, { stream: true })).map(parseLogLine)
      yield { lines, bytes: value.byteLength }
    }
    const last = [...splitter.push(decoder.decode()), ...splitter.end()]
    if (last.length > 0) yield { lines: last.map(parseLogLine), bytes: 0 }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

async function readInTime(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  idleMs: number,
  signal: AbortSignal,
): Promise<Awaited<ReturnType<typeof reader.read>>> {
  signal.throwIfAborted()
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`nothing came for ${idleMs / 1000} s`)), idleMs)
  const onAbort = (): void => late.reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([reader.read().catch(toBreak), late.promise])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  }

  function toBreak(error: unknown): never {
    signal.throwIfAborted()
    throw new Error(describeNetworkError(error, idleMs, 'body').why)
  }
}
