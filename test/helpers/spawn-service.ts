import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The service as its users start it, in a process of its own, on a free port and with a store of its own. */
export interface SpawnedService {
  child: ChildProcess
  url: string
  store: string
  /** What it has printed so far. */
  stdout(): string
  stderr(): string
  /** Resolves with the exit code when it has ended. */
  ended: Promise<number | null>
  /** Ends it if it still runs, and removes what it left. */
  remove(): Promise<void>
}

export interface SpawnOptions {
  env?: Record<string, string>
  /** The program that runs it; absent: the Node of the tests. */
  node?: string
  /** A store that outlives the process; absent: one of its own. */
  folder?: string
}

const bin = join(import.meta.dirname, '../../bin/sre-agent.js')
const quietEnv = new Set([
  'KUBECONFIG',
  'KUBE_CONTEXT',
  'KUBERNETES_SERVICE_HOST',
  'HOST',
  'LOG_LEVEL',
  'SRE_AGENT_CONFIG',
])

/** Limits that a busy machine keeps, where a cluster answers. */
const patient = { SRE_AGENT_REQUEST_TIMEOUT_SECONDS: '60', SRE_AGENT_OBSERVE_TIMEOUT_SECONDS: '120' }

/** Starts `sre-agent serve` and waits for the address that it prints; rejects with what it said where it ends before. */
export async function spawnService(options: SpawnOptions = {}): Promise<SpawnedService> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'service-'))
  const store = join(folder, 'store.db')
  const inherited = Object.entries(process.env).filter(([name]) => !quietEnv.has(name))
  const env = {
    ...Object.fromEntries(inherited),
    ...patient,
    PORT: '0',
    DATABASE_URL: `sqlite:${store}`,
    ...options.env,
  }
  const child = spawn(options.node ?? process.execPath, [bin, 'serve'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { stdout: '', stderr: '' }
  child.stderr.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()))
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
  const remove = async () => {
    child.kill('SIGKILL')
    await ended
    if (!options.folder) rmSync(folder, { recursive: true, force: true })
  }
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      said.stdout += chunk.toString()
      const found = /listens on (http:\S+)\n/.exec(said.stdout)?.[1]
      if (found && said.stdout.includes('curl')) resolve(found)
    })
    void ended.then((code) => reject(new Error(`ended with ${code}: ${said.stderr}`)))
  }).catch(async (error: unknown) => {
    await remove()
    throw error
  })
  return { child, url, store, ended, remove, stdout: () => said.stdout, stderr: () => said.stderr }
}
