import { describe, expect, it } from 'vitest'
import { createLogScanner } from '#src/logs/scan/log-scanner.ts'
import type { ScannedLine } from '#src/domain/log-scan.ts'

const at = (index: number): string => new Date(1_770_000_000_000 + index * 1000).toISOString()
const calm = (index: number): ScannedLine => ({
  time: at(index),
  text: `INFO order ${index} stored in ${index % 90} ms`,
})

function scan(count: number, planted: Record<number, string>) {
  const scanner = createLogScanner()
  for (let index = 0; index < count; index++) {
    const text = planted[index]
    scanner.push([text === undefined ? calm(index) : { time: at(index), text }])
  }
  return scanner.end()
}

const textOf = (result: ReturnType<typeof scan>): string =>
  result.windows.flatMap(({ lines }) => lines.map(({ text }) => text)).join('\n')

describe('src/logs/scan/log-scanner', () => {
  it('counts kinds over the whole log, with the first and the last time and one sample', () => {
    const { lines, kinds, templates } = scan(5000, { 100: 'WARN slow answer', 4000: 'WARN slow answer' })
    expect([lines, kinds]).toEqual([5000, 2])
    expect(templates[0]).toMatchObject({ count: 4998, first: at(0), last: at(4999), line: 0 })
    expect(templates[1]).toMatchObject({ count: 2, first: at(100), last: at(4000), sample: 'WARN slow answer' })
  })

  it('keeps an error with its neighbours and with its stack trace', () => {
    const result = scan(9000, {
      1000: 'ERROR java.lang.IllegalStateException: no plan for order 7',
      1001: '\tat shop.Plan.find(Plan.java:31)',
      1002: 'Caused by: java.net.ConnectException: Connection refused',
    })
    expect(result.windows.map(({ why }) => why)).toEqual(['error', 'tail'])
    expect(textOf(result)).toMatch(/order 995 stored[\s\S]*no plan[\s\S]*Plan\.java[\s\S]*Connection refused/)
    expect(result).toMatchObject({ errors: 1, first_error_at: at(1000) })
  })

  it.each([
    ['JSON', '{"level":"error","msg":"payment refused"}'],
    ["pino's numbers", '{"level":50,"time":1770000000000,"msg":"payment refused"}'],
    ['logfmt', 'level=error msg="payment refused"'],
    ['klog', 'E1120 09:45:06.558123       1 controller.go:330] payment refused'],
    ['colours', '\u001b[31mERROR\u001b[0m payment refused'],
    ['brackets', '2026/11/20 09:45:06 [error] 29#29: payment refused'],
    ['a panic', 'panic: payment refused'],
    ['a bare exception', 'shop.PaymentException: payment refused'],
  ])('notices an error told in %s', (_, text) => {
    const result = scan(3000, { 500: text })
    expect([result.errors, result.windows.length]).toEqual([1, 2])
    expect(textOf(result)).toContain('payment refused')
  })

  it('keeps a known wording of trouble that bears no level, where it was said first', () => {
    const result = scan(3000, { 500: 'dial tcp 10.0.0.7:5432: connect: connection refused' })
    expect(textOf(result)).toContain('10.0.0.7:5432')
  })

  it('does not keep a window for every repetition, and still knows when it was said last', () => {
    const planted = Object.fromEntries(Array.from({ length: 900 }, (_, index) => [index * 10 + 50, 'ERROR no plan']))
    const result = scan(10_000, planted)
    expect(result.errors).toBe(900)
    expect(result.windows.length).toBeLessThan(6)
    expect(result.templates.find(({ sample }) => sample === 'ERROR no plan')).toMatchObject({
      count: 900,
      last: at(9040),
    })
  })

  it('stays bounded where every other line is an error of its own, and says what it gave up', () => {
    const word = (index: number): string =>
      index.toString(26).replaceAll(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)] ?? '')
    const planted = Object.fromEntries(
      Array.from({ length: 4000 }, (_, index) => [
        index * 5,
        `ERROR ${word(index * 7919)} ${word(index * 104_729)} broke`,
      ]),
    )
    const result = scan(20_000, planted)
    expect(result.windows.length).toBeLessThan(60)
    expect(result.dropped_windows).toBeGreaterThan(0)
    expect(result.templates.length).toBeLessThanOrEqual(120)
  })

  it('holds the tail, and no line twice', () => {
    const result = scan(1000, { 10: 'ERROR early', 990: 'ERROR late' })
    const indexes = result.windows.flatMap(({ from, lines }) => lines.map((_, offset) => from + offset))
    expect(new Set(indexes).size).toBe(indexes.length)
    expect(indexes.at(-1)).toBe(999)
  })

  it('gives a short log back whole', () => {
    const { windows } = scan(20, { 5: 'ERROR no plan' })
    expect(windows).toMatchObject([{ why: 'tail', from: 0 }])
    expect(windows[0]?.lines).toHaveLength(20)
  })

  it('is content with nothing', () => {
    expect(createLogScanner().end()).toMatchObject({ lines: 0, errors: 0, windows: [], templates: [] })
  })
})
