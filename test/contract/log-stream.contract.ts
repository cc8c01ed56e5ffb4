import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LogStreamRequest, LogStreamSource } from '#tools/logs/log-stream.ts'

/** What a source of whole logs must hold for the suite, and how to take it away. */
export interface LogStreamSubject {
  source: LogStreamSource
  /** A log with its lines, oldest first, without the runtime's stamps. */
  written: { request: LogStreamRequest; texts: string[] }
  empty: { request: LogStreamRequest; why: RegExp }[]
  failing: { request: LogStreamRequest; needs: RegExp }[]
  /** A log of many batches. */
  long: LogStreamRequest
  dispose(): Promise<void>
}

/** What every source of whole logs promises. */
export function describeLogStream(name: string, create: () => Promise<LogStreamSubject>): void {
  describe(`log stream contract: ${name}`, () => {
    let subject: LogStreamSubject
    const signal = new AbortController().signal
    beforeAll(async () => {
      subject = await create()
    })
    afterAll(() => subject.dispose())

    it('gives all lines oldest first, without stamps and line ends', async () => {
      const { request, texts } = subject.written
      const answer = await subject.source.stream(request, signal)
      if (answer.status !== 'open') throw new Error(`expected a log, got ${answer.status}`)
      const lines = []
      for await (const batch of answer.batches) lines.push(...batch.lines)
      expect(lines.map(({ text }) => text)).toEqual(texts)
      expect(lines.every(({ time }) => time === undefined || !Number.isNaN(Date.parse(time)))).toBe(true)
    })

    it('says why where there is no log, and leaves a gap where one cannot be seen', async () => {
      expect([subject.empty.length > 0, subject.failing.length > 0]).toEqual([true, true])
      for (const { request, why } of subject.empty)
        expect(await subject.source.stream(request, signal)).toMatchObject({
          status: 'empty',
          why: expect.stringMatching(why) as string,
        })
      for (const { request, needs } of subject.failing)
        expect(await subject.source.stream(request, signal)).toMatchObject({
          status: 'failed',
          gap: { needs: expect.stringMatching(needs) as string },
        })
    })

    it('may be left early, again and again', async () => {
      for (let round = 0; round < 20; round++) {
        const answer = await subject.source.stream(subject.long, signal)
        if (answer.status !== 'open') throw new Error(`expected a log, got ${answer.status}`)
        for await (const batch of answer.batches) if (batch.lines.length > 0) break
      }
    })

    it('throws on abort, before the start and in the middle', async () => {
      const reason = new Error('the run ended')
      await expect(subject.source.stream(subject.long, AbortSignal.abort(reason))).rejects.toBe(reason)
      const abort = new AbortController()
      const answer = await subject.source.stream(subject.long, abort.signal)
      if (answer.status !== 'open') throw new Error(`expected a log, got ${answer.status}`)
      const reading = (async () => {
        for await (const batch of answer.batches) if (batch.lines.length > 0) abort.abort(reason)
      })()
      await expect(reading).rejects.toBe(reason)
    })
  })
}
