import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LogRequest, LogSource } from '#tools/logs/log-source.ts'

/** What a log source must hold for the suite, and how to take it away. */
export interface LogSourceSubject {
  source: LogSource
  /** A log of at least five lines; `texts` are its lines, oldest first, without the runtime's stamps. */
  written: { request: LogRequest; texts: string[] }
  /** Logs that are not there, and a word of the reason. */
  empty: { request: LogRequest; why: RegExp }[]
  /** Logs that cannot be seen, and a word of what is missing. */
  failing: { request: LogRequest; needs: RegExp }[]
  dispose(): Promise<void>
}

/** What every log source promises. */
export function describeLogSource(name: string, create: () => Promise<LogSourceSubject>): void {
  describe(`log source contract: ${name}`, () => {
    let subject: LogSourceSubject
    const signal = new AbortController().signal
    beforeAll(async () => {
      subject = await create()
    })
    afterAll(() => subject.dispose())

    it('gives the lines oldest first, without stamps and line ends, with times', async () => {
      const { request, texts } = subject.written
      const answer = await subject.source.read(request, signal)
      if (answer.status !== 'read') throw new Error(`expected a log, got ${answer.status}`)
      expect(answer.lines.map((line) => line.text)).toEqual(texts)
      expect(answer.lines.every((line) => line.time === undefined || !Number.isNaN(Date.parse(line.time)))).toBe(true)
      expect(answer.truncated).toBe(false)
    })

    it('gives the newest lines where fewer are asked for, and says that there may be more', async () => {
      const { request, texts } = subject.written
      const answer = await subject.source.read({ ...request, tail_lines: 2 }, signal)
      expect(answer).toMatchObject({
        status: 'read',
        truncated: true,
        lines: texts.slice(-2).map((text) => ({ text })),
      })
    })

    it('keeps the newest lines where the bytes do not suffice, and never gives half a line', async () => {
      const { request, texts } = subject.written
      const answer = await subject.source.read({ ...request, limit_bytes: 150 }, signal)
      if (answer.status !== 'read') throw new Error(`expected a log, got ${answer.status}`)
      expect(answer.truncated).toBe(true)
      expect(answer.lines.length).toBeGreaterThan(0)
      expect(texts.slice(-answer.lines.length)).toEqual(answer.lines.map((line) => line.text))
    })

    it('says why where there is no log', async () => {
      expect(subject.empty).not.toEqual([])
      for (const { request, why } of subject.empty) {
        const answer = await subject.source.read(request, signal)
        expect(answer).toMatchObject({ status: 'empty', why: expect.stringMatching(why) as string })
      }
    })

    it('leaves a gap where a log cannot be seen', async () => {
      expect(subject.failing).not.toEqual([])
      for (const { request, needs } of subject.failing) {
        const answer = await subject.source.read(request, signal)
        expect(answer).toMatchObject({ status: 'failed', gap: { needs: expect.stringMatching(needs) as string } })
      }
    })

    it('throws on abort', async () => {
      const reason = new Error('the run ended')
      await expect(subject.source.read(subject.written.request, AbortSignal.abort(reason))).rejects.toBe(reason)
    })
  })
}
