import { describe, expect, it } from 'vitest'
import { readRecords } from '#src/logs/read-records.ts'

const read = (text: string) => readRecords(text.split('\n').map((line) => ({ text: line })))

describe('src/logs/read-records', () => {
  it.each([
    ['plain', '2026-03-01T10:00:00.123Z INFO  [api] ready', 'info', 'ready'],
    ['java', '2026-03-01 10:00:00,123 ERROR [main] shop.Tax - no plan', 'error', undefined],
    [
      'json',
      '{"time":"2026-03-01T10:00:00Z","level":"error","msg":"no plan","err":{"message":"boom"}}',
      'error',
      'no plan: boom',
    ],
    ['pino', '{"level":50,"time":1772359200000,"msg":"no plan"}', 'error', 'no plan'],
    ['klog', 'E0301 10:00:00.123456       1 leader.go:330] no plan', 'error', 'no plan'],
    ['logfmt', 'time="2026-03-01T10:00:00Z" level=fatal msg="no plan" err="boom"', 'fatal', 'no plan: boom'],
    ['postgres', '2026-03-01 10:00:00.123 UTC [1] FATAL:  no plan', 'fatal', 'no plan'],
    ['nginx', '2026/03/01 10:00:00 [emerg] 1#1: no plan', 'fatal', 'no plan'],
    ['mysql', '2026-03-01T10:00:00.000000Z 0 [ERROR] [MY-010119] [Server] no plan', 'error', 'no plan'],
    ['redis', '1:M 01 Mar 2026 10:00:00.123 # no plan', 'warn', 'no plan'],
    ['python', 'CRITICAL:root:no plan', 'fatal', undefined],
    ['go log', '2026/03/01 10:00:00 no plan', undefined, 'no plan'],
    ['none', 'no plan', undefined, 'no plan'],
    ['not quite json', '{"level":"error", cut', undefined, undefined],
  ])('reads level and message of a %s line', (_, line, level, message) => {
    const [record] = read(line)
    expect(record).toMatchObject(message === undefined ? { index: 0 } : { message })
    expect(record?.level).toBe(level)
  })

  it.each([
    'panic: boom\n[signal SIGSEGV]\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/main.go:3 +0x1',
    'Traceback (most recent call last):\n  File "/app/a.py", line 3, in x\nKeyError: \'A\'',
    'java.lang.IllegalStateException: x\n\tat a.B.c(B.java:1)\nCaused by: java.io.IOException: y\n\t... 3 more',
    'Unhandled exception. System.Exception: x\n   at A.B()',
    'TypeError: x\n    at y (/app/a.js:1:1)',
  ])('keeps a stack trace in one record', (trace) => {
    const records = read(`2026-03-01T10:00:00Z INFO before\n${trace}\n2026-03-01T10:00:01Z INFO after`)
    expect(records).toHaveLength(3)
    expect(records[1]?.text).toBe(trace.replace(/\n\n/g, '\n'))
    expect(['error', 'fatal']).toContain(records[1]?.level)
  })

  it('begins a new record after the last line of a Python traceback', () => {
    const records = read(
      'Traceback (most recent call last):\n  File "a.py", line 1, in x\nValueError: no\nstarting again',
    )
    expect(records.map((record) => record.message)).toEqual(['Traceback (most recent call last):', 'starting again'])
  })

  it("prefers the runtime's own time stamp", () => {
    const [record] = readRecords([{ time: '2026-03-01T10:00:09Z', text: '2026-03-01T10:00:00Z INFO x' }])
    expect(record?.time).toBe('2026-03-01T10:00:09Z')
  })

  it('takes out escape sequences', () => {
    expect(read('\u001b[31mERROR\u001b[0m: no plan')[0]).toMatchObject({ level: 'error', message: 'no plan' })
  })

  it('bounds a line and a record', () => {
    const [record] = read(
      `panic: ${'x'.repeat(10_000)}\n${Array.from({ length: 1000 }, () => `\t${'y'.repeat(100)}`).join('\n')}`,
    )
    expect(record?.text.length).toBeLessThanOrEqual(8_200)
  })
})
