import { describe, expect, it } from 'vitest'
import { maskMessage, mineTemplates } from '#src/logs/log-templates.ts'
import { readRecords } from '#src/logs/read-records.ts'

const records = (lines: string[]) => readRecords(lines.map((text) => ({ text })))

describe('src/logs/log-templates', () => {
  it('counts lines of one statement as one kind, with first and last time and one sample with its line', () => {
    const lines = Array.from(
      { length: 50 },
      (_, index) => `2026-03-01T10:00:${String(index).padStart(2, '0')}Z ERROR dial tcp 10.0.0.${index}:80: refused`,
    )
    const templates = mineTemplates(records(['INFO ready', ...lines]))
    expect(templates).toHaveLength(2)
    expect(templates[0]).toMatchObject({
      template: 'dial tcp <*>: refused',
      count: 50,
      first: '2026-03-01T10:00:00.000Z',
      last: '2026-03-01T10:00:49.000Z',
      line: 1,
    })
    expect(templates[0]?.sample).toContain('10.0.0.0')
  })

  it('keeps different statements apart, the most frequent first', () => {
    const templates = mineTemplates(records(['INFO a b c', 'ERROR other thing entirely happened', 'INFO a b c']))
    expect(templates.map((template) => template.count)).toEqual([2, 1])
  })

  it.each([
    ['json', (n: number) => `{"level":"info","msg":"order ${n} was paid by card"}`],
    ['klog', (n: number) => `I0301 10:00:00.12345${n % 10}       1 orders.go:${n}] order ${n} was paid by card`],
    ['logfmt', (n: number) => `time="2026-03-01T10:00:00Z" level=info msg="order ${n} was paid by card"`],
    ['coloured', (n: number) => `\u001b[32mINFO\u001b[0m order ${n} was paid by card`],
    ['access log', (n: number) => `10.0.0.${n} - - [01/Mar/2026:10:00:00 +0000] "GET /orders/${n} HTTP/1.1" 200 ${n}`],
  ])('reads lines of a %s dialect as one kind', (_, line) => {
    expect(mineTemplates(records(Array.from({ length: 30 }, (_entry, index) => line(index))))).toMatchObject([
      { count: 30 },
    ])
  })

  it('counts a stack trace as one line of one kind', () => {
    const traces = Array.from({ length: 5 }, (_, index) =>
      [
        `java.lang.IllegalStateException: no plan for order ${index}`,
        `\tat a.B.c(B.java:${index})`,
        'Caused by: java.io.IOException: closed',
        `\t... ${index} more`,
        `2026-03-01T10:00:0${index}Z INFO next`,
      ].join('\n'),
    )
    const templates = mineTemplates(records(traces.join('\n').split('\n')))
    expect(templates.map(({ count }) => count)).toEqual([5, 5])
  })

  it('tells tracebacks apart by the error that they end with', () => {
    const traceback = (error: string) => [
      '2026-03-01T10:00:00Z INFO next',
      'Traceback (most recent call last):',
      '  File "a.py", line 1, in x',
      error,
    ]
    const templates = mineTemplates(
      records([...traceback("KeyError: 'A'"), ...traceback('ValueError: no plan'), ...traceback("KeyError: 'A'")]),
    )
    expect(templates.map(({ count }) => count)).toEqual([3, 2, 1])
  })

  it('stays bounded and loses no line on many kinds', () => {
    const templates = mineTemplates(
      records(
        Array.from(
          { length: 1000 },
          (_, index) =>
            `${String.fromCodePoint(97 + (index % 26))}${'q'.repeat(index % 97)} ${'w '.repeat(index % 41)}`,
        ),
      ),
    )
    expect(templates.reduce((sum, template) => sum + template.count, 0)).toBe(1000)
  })

  it.each([
    ['connect to 10.0.0.1:80 failed', 'connect to 10.9.9.9:5432 failed'],
    [
      'request 3f2b8c1a-0000-4000-8000-000000000001 took 12.5 ms',
      'request 3f2b8c1a-0000-4000-8000-00000000beef took 7 ms',
    ],
    ['file "a.csv" refused', 'file "b.csv" refused'],
  ])('masks %s and %s to the same text', (left, right) => {
    expect(maskMessage(left)).toBe(maskMessage(right))
  })

  it('masks no words', () => {
    expect(maskMessage('disk full')).not.toBe(maskMessage('disk empty'))
  })
})
