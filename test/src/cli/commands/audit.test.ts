import { describe, expect, it } from 'vitest'
import type { AuditEntry, AuditVerdict } from '#src/domain/audit.ts'
import { runCli } from '#src/cli/run-cli.ts'
import { buildCliPorts } from '#test/helpers/cli-ports.ts'

const entry = (seq: number): AuditEntry => ({
  seq,
  at: '2026-11-21T08:00:00.000Z',
  actor: 'ada',
  role: 'operator',
  action: 'incident.close',
  target: `inc_${seq}`,
  detail: { reason: 'done\u001b[31m' },
  trace_id: 't',
  previous_hash: 'p',
  hash: 'h',
})

async function run(argv: string[], verdict: AuditVerdict = { intact: true, entries: 0 }) {
  const asked: object[] = []
  let closed = 0
  const { ports, printed } = buildCliPorts({
    openAudit: () =>
      Promise.resolve({
        verify: () => Promise.resolve(verdict),
        list: (query) => {
          asked.push(query)
          return Promise.resolve([entry(2), entry(1)])
        },
        close: () => Promise.resolve(void closed++),
      }),
  })
  const code = await runCli(['audit', ...argv], ports)
  return { code, asked, closed, ...printed }
}

describe('src/cli/commands/audit', () => {
  it('says that the chain is intact, and its last hash', async () => {
    const { code, stdout, closed } = await run(['verify'], { intact: true, entries: 7, last_hash: 'abc' })
    expect({ code, closed }).toEqual({ code: 0, closed: 1 })
    expect(stdout).toBe('The audit log is intact: 7 entries. The hash of the last entry is abc.\n')
  })

  it('names the first break, and fails', async () => {
    const first_break = { seq: 8, why: 'its content was changed after it was written' }
    const { code, stdout } = await run(['verify'], { intact: false, entries: 7, first_break })
    expect(code).toBe(1)
    expect(stdout).toContain('broken at entry 8: its content was changed')
  })

  it('lists the newest last, and nothing that a terminal would obey', async () => {
    const { code, stdout, asked } = await run(['list', '--actor', 'ada', '--limit', '2'])
    expect(code).toBe(0)
    expect(asked).toEqual([{ limit: 2, actor: 'ada', action: undefined }])
    expect(stdout.split('\n').map((line) => line.split(' ')[0])).toEqual(['1', '2', ''])
    expect(stdout).not.toContain('\u001b')
    const json = (await run(['list', '--json'])).stdout.trim().split('\n')
    expect(json.map((line) => (JSON.parse(line) as AuditEntry).seq)).toEqual([1, 2])
  })

  it.each([[[]], [['walk']], [['verify', 'twice']], [['list', '--limit', '0']]])('refuses %j', async (argv) => {
    expect((await run(argv)).code).toBe(2)
  })
})
