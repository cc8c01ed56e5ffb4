import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const bin = join(import.meta.dirname, '../../../bin/sre-agent.js')

/** Limits that a busy machine keeps, where a cluster answers. */
const patient = { SRE_AGENT_REQUEST_TIMEOUT_SECONDS: '60', SRE_AGENT_OBSERVE_TIMEOUT_SECONDS: '120' }

/** What is made to go wrong in the process. */
interface FaultLimits {
  largest_file_kib?: number
  /** A module that is loaded into the process before its own, to have something go wrong there. */
  preload?: string
}

/** A server or a worker that is killed and started again under the same settings. */
export class FaultProcess {
  readonly role: 'serve' | 'worker'
  readonly #env: Record<string, string>
  readonly #limits: FaultLimits
  #child: ChildProcess | undefined
  #said = ''
  /** Of a server that listens. */
  url: string | undefined

  constructor(role: 'serve' | 'worker', env: Record<string, string>, limits: FaultLimits = {}) {
    this.role = role
    this.#limits = limits
    this.#env = env
  }

  /** Resolves when it listens, or works; at once where it is killed before. Rejects where a server ends by itself before it listens. */
  async start(): Promise<void> {
    const env = { ...process.env, ...patient, ...this.#env, PORT: '0', LOG_LEVEL: 'error' }
    const { largest_file_kib: kib, preload } = this.#limits
    const words = [...(preload === undefined ? [] : ['--import', preload]), bin, this.role]
    const limited = ['-c', `ulimit -f ${kib} && exec "$0" "$@"`, process.execPath, ...words]
    const child = spawn(kib === undefined ? process.execPath : 'bash', kib === undefined ? words : limited, {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    const ready = Promise.withResolvers<void>()
    let out = ''
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
      if (this.role === 'serve') this.url = /listens on (http:\S+)/.exec(out)?.[1]
      if (this.url !== undefined || out.includes('works on the queue')) ready.resolve()
    })
    child.stderr.on('data', (chunk: Buffer) => (this.#said = (this.#said + chunk.toString()).slice(-4_000)))
    child.once('exit', (code, signal) => {
      this.url = undefined
      if (this.role === 'worker' || signal === 'SIGKILL' || signal === 'SIGTERM') ready.resolve()
      else ready.reject(new Error(`the server ended (${code ?? signal}) before it listened: ${this.#said}`))
    })
    await ready.promise
  }

  /** False once it has ended, by whatever. */
  get alive(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** Asks a preloaded module for what it does. */
  signal(signal: 'SIGUSR2'): void {
    this.#child?.kill(signal)
  }

  /** The last of what it wrote to its log. */
  said(): string {
    return this.#said
  }

  async kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const child = this.#child
    if (!child || !this.alive) return child?.exitCode ?? null
    const gone = once(child, 'exit')
    child.kill(signal)
    this.url = undefined
    await gone
    return child.exitCode
  }
}
