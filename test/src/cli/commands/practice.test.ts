import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildCliPorts } from '#test/helpers/cli-ports.ts'
import { startPractice } from '#src/adapters/practice/start-practice.ts'
import { runCli } from '#src/cli/run-cli.ts'

// Stands in for the practice server: says that it is ready, or why not, and waits for its standard input to close.
const script = String.raw`
import { writeFileSync } from 'node:fs'

const argument = (name) => process.argv[process.argv.indexOf(name) + 1]
const folder = argument('--incidents')
if (folder === 'broken') {
  process.stderr.write('there is no incident in broken\n')
  process.exit(1)
}
const kubeconfig = argument('--kubeconfig')
writeFileSync(kubeconfig, 'kubeconfig', { mode: 0o644 })
process.stdout.write(JSON.stringify({ url: 'https://127.0.0.1:1', kubeconfig, namespaces: ['shop'] }) + '\n')
if (folder === 'short') process.exit(7)
process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
`
let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'practice-test-'))
  await writeFile(join(folder, 'server.mjs'), script)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function practice(incidents: string) {
  const stop = new AbortController()
  const kubeconfig = join(folder, 'deep', 'kubeconfig')
  const { ports, printed } = buildCliPorts({
    signal: stop.signal,
    startPractice: (options) => startPractice(options, join(folder, 'server.mjs')),
  })
  const stdout = { write: (text: string) => ((printed.stdout += text), incidents === 'whole' && stop.abort()) }
  const argv = ['practice', '--incidents', incidents, '--kubeconfig', kubeconfig]
  const code = await runCli(argv, { ...ports, stdout })
  return { code, ...printed, kubeconfig }
}

describe('src/cli/commands/practice', () => {
  it('writes a kubeconfig for its user alone, says how to use it, and ends when it is stopped', async () => {
    const { code, stdout, kubeconfig } = await practice('whole')
    expect(code).toBe(0)
    expect(stdout).toContain(`export KUBECONFIG=${kubeconfig}`)
    expect(stdout).toContain('kubectl -n shop get pods')
    expect((await stat(kubeconfig)).mode & 0o777).toBe(0o600)
  })

  it('says why it did not start', async () => {
    const { code, stderr } = await practice('broken')
    expect(code).toBe(3)
    expect(stderr).toContain('there is no incident in broken')
  })

  it('says that it ended by itself', async () => {
    const { code, stderr } = await practice('short')
    expect(code).toBe(3)
    expect(stderr).toContain('exit code 7')
  })
})
