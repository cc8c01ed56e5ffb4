import { describe, expect, it } from 'vitest'
import { generateLog } from '#practice/server/generated-log.ts'
import { streamLog } from '#practice/server/logs.ts'

const end_ms = Date.parse('2026-03-01T10:00:00Z')
const log = generateLog({ mebibytes: 1, planted: ['INFO starting', 'FATAL no plan'], end_ms })
const options = { previous: false, timestamps: true }
const textOf = (pieces: Iterable<Buffer>): string => Buffer.concat([...pieces]).toString()

describe('practice/server/generated-log', () => {
  it('is about as long as was asked for, and the same every time', () => {
    const text = textOf(streamLog(log, options, end_ms))
    expect(text.length / 1_048_576).toBeGreaterThan(0.9)
    expect(text.length / 1_048_576).toBeLessThan(1.1)
    expect(textOf(streamLog(log, options, end_ms))).toBe(text)
  })

  it('holds what was planted once, a third of the way through', () => {
    const lines = textOf(streamLog(log, options, end_ms))
      .trimEnd()
      .split('\n')
    const places = lines.flatMap((line, index) => (line.endsWith('FATAL no plan') ? [index] : []))
    expect(places).toEqual([Math.floor(log.count / 3) + 1])
    expect(lines.filter((line) => /error|fatal/i.test(line))).toHaveLength(1)
  })

  it('gives the newest lines for tailLines, the oldest for limitBytes, and the recent for sinceSeconds', () => {
    const plain = { previous: false, timestamps: false }
    expect(textOf(streamLog(log, { ...plain, tail_lines: 2 }, end_ms))).toBe(
      `${log.line(log.count - 2)}\n${log.line(log.count - 1)}\n`,
    )
    expect(textOf(streamLog(log, { ...plain, limit_bytes: 10 }, end_ms))).toBe(log.line(0).slice(0, 10))
    const recent = textOf(streamLog(log, { ...plain, since_seconds: 1 }, end_ms))
      .trimEnd()
      .split('\n')
    expect(recent).toHaveLength(51)
  })

  it('stamps lines in order, each with a time of its own', () => {
    const stamps = textOf(streamLog(log, options, end_ms))
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ')[0] ?? '')
    expect(stamps.slice(1).every((stamp, index) => stamp > (stamps[index] ?? ''))).toBe(true)
    expect(stamps[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/)
  })
})
