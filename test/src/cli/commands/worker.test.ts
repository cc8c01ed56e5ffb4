import { describe, expect, it } from 'vitest'
import { runCli } from '#src/cli/run-cli.ts'
import { buildCliPorts } from '#test/helpers/cli-ports.ts'

describe('src/cli/commands/worker', () => {
  it('runs until it is stopped, and hands on the exit code', async () => {
    const { ports } = buildCliPorts({ work: () => Promise.resolve(1) })
    expect(await runCli(['worker'], ports)).toBe(1)
    expect(await runCli(['worker', 'hard'], ports)).toBe(2)
  })
})
