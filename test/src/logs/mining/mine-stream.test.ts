import { describe, expect, it } from 'vitest'
import { mineStream } from '#src/logs/mining/mine-stream.ts'
import { createRandom } from '#test/bench/log-corpus.ts'
import { mustEnd } from '#test/helpers/must-end.ts'

const log = [
  '2026-03-01T10:00:00.123Z INFO order 1 was paid',
  '\u001b[32m2026-03-01T10:00:01.000Z\u001b[0m INFO order 2 was paid',
  '2026-03-01T10:00:02Z ERROR java.lang.IllegalStateException: no plan',
  '\tat a.B.c(B.java:1)',
  'Caused by: java.io.IOException: closed',
  '\t... 3 more',
  '{"time":"2026-03-01T10:00:03Z","level":"info","msg":"cache is \\"warm\\" now"}',
  'Traceback (most recent call last):',
  '  File "a.py", line 1, in x',
  'ValueError: no',
  '',
  'the last line',
].join('\n')

function mine(pieces: readonly string[]) {
  const miner = mineStream()
  for (const piece of pieces) miner.push(piece)
  return miner.end()
}

describe('src/logs/mining/mine-stream', () => {
  it('reads plain, coloured and JSON lines and stack traces, with times and the line of the sample', () => {
    const { lines, records, kinds } = mine([log])
    expect({ lines, records }).toEqual({ lines: 12, records: 6 })
    expect(kinds.map(({ count, index }) => [count, index])).toEqual([
      [2, 0],
      [1, 2],
      [1, 6],
      [1, 7],
      [1, 11],
    ])
    expect(kinds[0]).toMatchObject({ first: Date.UTC(2026, 2, 1, 10, 0, 0, 123), last: Date.UTC(2026, 2, 1, 10, 0, 1) })
    expect(kinds[2]).toMatchObject({ first: Date.UTC(2026, 2, 1, 10, 0, 3) })
    expect(kinds[3]?.sample).toContain('ValueError: no')
  })

  it('finds the same wherever the stream is cut', () => {
    const whole = mine([log])
    for (const size of [1, 7, 64]) expect(mine(log.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [])).toEqual(whole)
  })

  it('cuts a line without end', () => {
    const miner = mineStream()
    for (let piece = 0; piece < 100; piece++) miner.push('x'.repeat(50_000))
    expect(miner.end()).toMatchObject({ lines: 1 })
  })

  it('counts every record, in a kind or among those that were given up', () => {
    const random = createRandom(4)
    const word = () => Array.from({ length: 7 }, () => String.fromCharCode(97 + Math.floor(random() * 26))).join('')
    const miner = mineStream()
    for (let index = 0; index < 9000; index++) miner.push(`${word()} ${word()} ${word()}\n`)
    const { records, kinds, forgotten } = miner.end()
    expect(records).toBe(9000)
    expect(kinds.length).toBeLessThanOrEqual(5000)
    expect(forgotten.kinds).toBeGreaterThan(0)
    expect(kinds.reduce((sum, kind) => sum + kind.count, forgotten.lines)).toBe(records)
  })

  it('stops where its signal was aborted', () => {
    const controller = new AbortController()
    const miner = mineStream({ signal: controller.signal })
    miner.push('the first line\n')
    controller.abort(new Error('asked to stop'))
    expect(() => miner.push('the second line\n')).toThrow('asked to stop')
    expect(miner.end()).toMatchObject({ lines: 1 })
  })

  // What takes steps by the square of the length would not end here.
  it.each([
    ['titles without end', '\u001b]'],
    ['escapes without end', '\u001b['],
    ['digits of an escape without end', '\u001b[1;'],
    ['opening brackets', '('],
    ['brackets', '()[]{}'],
    ['empty settings', 'a='],
    ['quotes', '"\\"'],
    ['a message without end', '{"msg":"\\\\'],
    ['dots', 'a.'],
    ['capitals with dots', 'A.'],
    ['hexadecimal pairs', 'ab:1:'],
    ['values and words', '1 a '],
  ])('takes %s in a step per character', (_, text) => {
    const line = `${text.repeat(65_536 / text.length)}\n`
    expect(mustEnd(() => mine(Array<string>(60).fill(line)))).toMatchObject({ lines: 60 })
  })
})
