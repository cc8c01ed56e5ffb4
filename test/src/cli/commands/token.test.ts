import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { runCli } from '#src/cli/run-cli.ts'
import { buildCliPorts } from '#test/helpers/cli-ports.ts'

async function run(...argv: string[]) {
  const { ports, printed } = buildCliPorts()
  return { code: await runCli(['token', ...argv], ports), ...printed }
}

describe('src/cli/commands/token', () => {
  it('prints a token of 256 bits alone on stdout, and its hash for the configuration', async () => {
    const { code, stdout, stderr } = await run('create', '--name', 'alertmanager', '--role', 'forwarder')
    expect(code).toBe(0)
    const token = stdout.trim()
    expect(token).toMatch(/^sre_[\w-]{43}$/)
    expect(stderr).toContain('- name: alertmanager\n    role: forwarder\n')
    expect(stderr).toContain(`sha256: ${createHash('sha256').update(token).digest('hex')}`)
    expect(stderr).not.toContain(token)
    expect((await run('create', '--name', 'a', '--role', 'reader')).stdout).not.toBe(stdout)
  })

  it.each([
    [[]],
    [['make']],
    [['create', '--name', 'a']],
    [['create', '--name', 'a b', '--role', 'reader']],
    [['create', '--name', 'a', '--role', 'king']],
  ])('refuses %j', async (argv) => {
    const { code, stdout } = await run(...argv)
    expect(code).toBe(2)
    expect(stdout).toBe('')
  })
})
