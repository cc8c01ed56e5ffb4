import { describe, expect, it, vi } from 'vitest'
import { createLogScanner } from '#src/logs/scan/log-scanner.ts'
import type { LogLine } from '#tools/logs/log-source.ts'
import type { LogBatch, LogStreamAnswer } from '#tools/logs/log-stream.ts'
import { createScanLogsTool } from '#tools/logs/scan-logs.ts'
import { createToolRegistry } from '#tools/registry.ts'

const input = { namespace: 'shop', pod: 'api-0', container: 'main' }
const gap = { what: 'the log', why: '403 Forbidden', needs: 'get on pods/log' }

const line = (index: number, text = `INFO order ${index} stored`): LogLine => ({
  time: new Date(1_770_000_000_000 + index * 10).toISOString(),
  text,
})

async function* batchesOf(lines: LogLine[], size = 500, problem?: Error): AsyncGenerator<LogBatch> {
  for (let at = 0; at < lines.length; at += size) yield { lines: lines.slice(at, at + size), bytes: size * 100 }
  if (problem) throw problem
}

const toolFor = (answer: LogStreamAnswer) =>
  createScanLogsTool({ source: { stream: async () => answer }, createScanner: createLogScanner })

async function scan(answer: LogStreamAnswer, more: object = {}, signal = new AbortController().signal) {
  const outcome = await createToolRegistry()
    .register(toolFor(answer))
    .call('scan_logs', { ...input, ...more }, signal)
  if (outcome.status !== 'done') throw new Error(JSON.stringify(outcome))
  return { output: outcome.output, gaps: outcome.gaps }
}

const open = (batches: AsyncIterable<LogBatch>): LogStreamAnswer => ({ status: 'open', batches })
const many = (count: number) => Array.from({ length: count }, (_, index) => line(index))

describe('tools/logs/scan-logs', () => {
  it('reads a log to its end and keeps the lines around an error far before it', async () => {
    const lines = many(5000)
    lines[700] = line(700, 'FATAL LEDGER_URL must be set')
    const { output, gaps } = await scan(open(batchesOf(lines)))
    expect(gaps).toEqual([])
    expect(output).toMatchObject({ status: 'read', complete: true, scan: { lines: 5000, errors: 1 } })
    expect(output).toMatchObject({ scan: { windows: [{ why: 'fatal' }, { why: 'tail', from: 4700 }] } })
    expect(JSON.stringify(output)).toContain('LEDGER_URL must be set')
    expect(JSON.stringify(output)).not.toContain('order 3000 ')
  })

  it('says of a stream that breaks off how far it went, and leaves a gap', async () => {
    const broken = batchesOf(many(1000), 500, new Error('the answer broke off in the middle'))
    const { output, gaps } = await scan(open(broken))
    expect(output).toMatchObject({ status: 'read', complete: false, read_to: line(999).time, scan: { lines: 1000 } })
    expect(gaps).toMatchObject([
      {
        what: 'the whole log of container main of pod api-0 in namespace shop',
        why: expect.stringMatching(/only what was written until 2026-.*\(1000 lines\).*broke off/) as string,
      },
    ])
  })

  it.each([
    ['bytes', { max_bytes: 100_000 }, /after 100000 bytes/],
    ['time', { max_ms: 1 }, /after 0.001 s/],
  ])('stops at its limit of %s and says so', async (_, limit, why) => {
    let given = 0
    const endless = async function* (): AsyncGenerator<LogBatch> {
      for (;;) {
        given++
        yield { lines: many(500), bytes: 50_000 }
      }
    }
    const { output, gaps } = await scan(open(endless()), limit)
    expect(output).toMatchObject({ complete: false, stopped: expect.stringMatching(why) as string })
    expect(gaps).toHaveLength(1)
    expect(given).toBeLessThan(200)
  })

  it('masks secrets and strips hostile characters of all that it hands back', async () => {
    const lines = [line(0, 'INFO login with password=hunter2hunter2 \u001b[31m\u202eat once'), ...many(5)]
    expect(JSON.stringify((await scan(open(batchesOf(lines)))).output)).not.toMatch(/hunter2|\\u202e|\\u001b/)
  })

  it('takes over why a log is empty, and the gap of one that cannot be seen', async () => {
    expect((await scan({ status: 'empty', why: 'nothing was printed' })).output).toMatchObject({ status: 'empty' })
    expect((await scan(open(batchesOf([])))).output).toEqual({ status: 'empty', why: 'nothing was printed' })
    const gone = [{ text: 'unable to retrieve container logs for containerd://0123' }]
    expect((await scan(open(batchesOf(gone)))).output).toMatchObject({ why: 'the node no longer holds this log' })
    expect((await scan({ status: 'failed', gap })).gaps).toEqual([gap])
  })

  it('says that there is no source', async () => {
    const tool = createScanLogsTool({ source: undefined, createScanner: createLogScanner })
    const answer = await createToolRegistry().register(tool).call('scan_logs', input, new AbortController().signal)
    expect(answer).toMatchObject({ status: 'done', gaps: [{ needs: 'a log source' }] })
  })

  it('lets others have their turn while a long log is read', async () => {
    // On this clock every stretch of work takes longer than it may.
    let time = 0
    using clock = vi.spyOn(performance, 'now').mockImplementation(() => (time += 20))
    let turns = 0
    let turn = setImmediate(function count() {
      turns++
      turn = setImmediate(count)
    })
    const { output } = await scan(open(batchesOf(many(4000), 2000)), { most_ms: 110_000 })
    clearImmediate(turn)
    expect(output).toMatchObject({ scan: { lines: 4000 } })
    expect(clock).toHaveBeenCalled()
    expect(turns).toBeGreaterThan(900)
  })

  it('ends when the run is aborted', async () => {
    const abort = new AbortController()
    const endless = async function* (): AsyncGenerator<LogBatch> {
      for (;;) {
        abort.abort(new Error('the run ended'))
        yield { lines: many(500), bytes: 50_000 }
      }
    }
    const registry = createToolRegistry().register(toolFor(open(endless())))
    expect(await registry.call('scan_logs', input, abort.signal)).toMatchObject({ status: 'failed' })
  })
})
