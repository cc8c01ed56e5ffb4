import { describe, expect, it } from 'vitest'
import type { ToolOutcome } from '#agents/agent.ts'
import { fetchedLogs } from '#agents/log/fetched-logs.ts'
import { createLogScanner } from '#src/logs/scan/log-scanner.ts'
import type { LogLine } from '#tools/logs/log-source.ts'

const input = { namespace: 'shop', pod: 'api-0', container: 'main', previous: false, tail_lines: 300 }
const at = (index: number): string => new Date(1_770_000_000_000 + index * 1000).toISOString()

const query = (lines: LogLine[]): ToolOutcome => ({
  call: { tool: 'query_logs', input },
  output: { status: 'read', lines, truncated: true },
  evidence: [],
  gaps: [],
})

function scanOf(lines: LogLine[]): ToolOutcome {
  const scanner = createLogScanner()
  scanner.push(lines)
  const { tail_lines: _, ...call } = input
  const output = { status: 'read', complete: true, bytes: 1, scan: scanner.end() }
  return { call: { tool: 'scan_logs', input: call }, output, evidence: [], gaps: [] }
}

describe('agents/log/fetched-logs', () => {
  const lines = Array.from(
    { length: 2000 },
    (_, index): LogLine => ({
      time: at(index),
      text: index === 100 ? 'FATAL no plan' : `INFO order ${index} stored`,
    }),
  )

  it('puts what a scan kept before the newest lines, none twice, each where it stands in the log', () => {
    const [log] = fetchedLogs([query(lines.slice(-300)), scanOf(lines)])
    const indexes = log?.records.map(({ index }) => index) ?? []
    expect(log?.whole?.complete).toBe(true)
    expect(log?.records.find(({ level }) => level === 'fatal')).toMatchObject({ index: 100, time: at(100) })
    expect(new Set(indexes).size).toBe(indexes.length)
    expect(indexes.slice(-300)).toEqual(Array.from({ length: 300 }, (_, index) => 1700 + index))
  })

  it('keeps them apart where lines bear no time', () => {
    const plain = lines.map(({ text }) => ({ text }))
    const [log] = fetchedLogs([query(plain.slice(-300)), scanOf(plain)])
    expect(log?.records.filter(({ message }) => message === 'no plan')).toHaveLength(1)
    expect(log?.records.at(-1)).toMatchObject({ index: 1999 })
  })

  it('stands by the newest lines where the scan failed', () => {
    const failed: ToolOutcome = {
      ...scanOf(lines),
      output: { status: 'failed', gap: { what: '', why: '', needs: '' } },
    }
    const [log] = fetchedLogs([query(lines.slice(-300)), failed])
    expect([log?.records.length, log?.whole]).toEqual([300, undefined])
  })
})
