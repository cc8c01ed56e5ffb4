import { describe, expect, it } from 'vitest'
import { buildCliPorts } from '#test/helpers/cli-ports.ts'
import { CodedError } from '#src/domain/coded-error.ts'
import { runCli } from '#src/cli/run-cli.ts'
import { staticImports } from '#test/helpers/source-tree.ts'

async function run(...argv: string[]) {
  const { ports, printed } = buildCliPorts({ serve: () => Promise.resolve(0) })
  const code = await runCli(argv, ports)
  return { code, ...printed }
}

describe('src/cli/run-cli', () => {
  it.each(['--help', '-h', 'help'])('lists the commands for %s', async (word) => {
    const { code, stdout } = await run(word)
    expect(code).toBe(0)
    for (const name of ['serve', 'decide', 'watch', 'eval', 'practice']) expect(stdout).toContain(name)
  })

  it.each([
    'serve',
    'worker',
    'decide',
    'approvals',
    'executions',
    'watch',
    'token',
    'audit',
    'eval',
    'practice',
    'approvals list',
    'approvals show',
    'approvals approve',
    'approvals reject',
    'executions list',
    'executions show',
    'executions begin',
    'executions end',
    'token create',
    'audit verify',
    'audit list',
  ])('explains %s with an example and its exit codes', async (line) => {
    for (const flag of ['--help', '-h']) {
      const { code, stdout, stderr } = await run(...line.split(' '), flag)
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toMatch(new RegExp(`^Usage: sre-agent ${line}\\b`))
      expect(stdout).toMatch(new RegExp(`Examples:[^]*sre-agent ${line.split(' ')[0]}`))
      expect(stdout).toMatch(/Exit codes:\n {2}0 /)
    }
  })

  it('explains a command for help COMMAND as for COMMAND --help', async () => {
    for (const name of ['serve', 'decide', 'approvals', 'eval'])
      expect(await run('help', name)).toEqual(await run(name, '--help'))
  })

  it('loads no command for the overview and the version', async () => {
    const graph = staticImports('src/cli/run-cli.ts')
    expect([...graph].filter((path) => path.startsWith('src/cli/commands/'))).toEqual([])
  })

  it('prints the version', async () => {
    expect(await run('--version')).toEqual({ code: 0, stdout: '9.9.9\n', stderr: '' })
  })

  it('serves', async () => {
    expect((await run('serve')).code).toBe(0)
  })

  it.each<[string, string[], RegExp]>([
    [
      'no command',
      [],
      /command is needed.*serve, worker, decide, approvals, executions, watch, token, audit, eval, practice/,
    ],
    ['an unknown command', ['decid'], /unknown command 'decid'[^]*Did you mean decide\?[^]*serve, worker, decide/],
    ['an unknown command to explain', ['help', 'decid'], /serve, worker, decide/],
    ['an unknown flag', ['decide', '--colour'], /--colour[^]*--namespace <name>[^]*sre-agent decide --help/],
    ['a flag with a typing error', ['decide', '--namespase', 'shop'], /Did you mean --namespace\?/],
    ['an unknown flag of serve', ['serve', '--port', '1'], /--port[^]*--help/],
    ['a word for serve', ['serve', 'now'], /too many arguments for 'serve'[^]*now/],
    ['a flag without its value', ['decide', '-n'], /--namespace <name>' argument missing/],
    ['no question', ['decide'], /KIND\/NAME, -n NAMESPACE/],
    ['half a name', ['decide', 'deployment', '-n', 'shop'], /KIND\/NAME/],
    ['two names', ['decide', 'a/b', 'c/d', '-n', 'shop'], /Expected 1 argument but got 2: a\/b, c\/d/],
    ['three parts', ['decide', 'a/b/c', '-n', 'shop'], /KIND\/NAME/],
    ['an unknown form', ['decide', '-n', 'shop', '-o', 'yaml'], /--output.*'yaml' is invalid.*text, json, markdown/],
    ['no address', ['decide', '-n', 'shop', '--to', 'host:80'], /--to.*'host:80'.*Allowed: an address such as/],
    ['an unknown way', ['eval', '--by', 'mail'], /--by.*'mail' is invalid.*event, namespace, symptom, all/],
    ['too many jobs', ['eval', '--jobs', '99'], /--jobs.*'99' is invalid\. Allowed: a whole number from 1 to 16/],
    ['a broken job', ['eval', '--jobs', '1.5'], /Allowed: a whole number/],
    ['no share', ['eval', '--min-root', '70%'], /--min-root.*'70%' is invalid\. Allowed: a number from 0 to 1/],
    ['a share above one', ['eval', '--min-root', '1.1'], /from 0 to 1/],
    ['no folder', ['eval', '/nowhere'], /no folder \/nowhere/],
    ['two folders', ['eval', 'a', 'b'], /Expected 1 argument but got 2: a, b/],
    ['words for watch', ['watch', 'pods'], /Expected 0 arguments but got 1: pods/],
    ['no buffer', ['watch', '--buffer', '0'], /from 1 to 100000/],
    ['no port', ['practice', '--port', '70000'], /from 1 to 65535/],
  ])('refuses %s with what is allowed', async (_, argv, message) => {
    const { code, stdout, stderr } = await run(...argv)
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toMatch(message)
  })

  it('prints nothing of an argument that a terminal would obey', async () => {
    expect((await run('\u001b[2J')).stderr).not.toContain('\u001b')
  })

  it('prints a failure that has a code with it, each of its lines on a line', async () => {
    const failing = () => Promise.reject(new CodedError('SRE_X', 'it cannot be used:\n  a is \u001b[2J\n  b is 2'))
    const { ports, printed } = buildCliPorts({ openCluster: failing })
    expect(await runCli(['watch'], ports)).toBe(3)
    expect(printed.stderr).toBe('sre-agent watch: it cannot be used:\n  a is  [2J\n  b is 2\n(SRE_X)\n')
  })

  it('answers a failure with a sentence and exit code 3, not with a stack trace', async () => {
    const { code, stderr } = await run('watch')
    expect(code).toBe(3)
    expect(stderr).toBe('sre-agent watch: openCluster was not expected\n')
  })
})
