import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'

/** A real PostgreSQL of the test's own on a free port of 127.0.0.1. */
export interface PostgresServer {
  port: number
  /** Makes an empty database; answers its URL. */
  createDatabase(): Promise<string>
  /** Ends at once, as in a crash: connections break. `start` brings it back with everything that was committed. */
  kill(): Promise<void>
  start(): Promise<void>
  /** Ends it and deletes its folder. */
  close(): Promise<void>
}

/** Where the server's programs are; undefined where none is installed. */
function findPostgres(): string | undefined {
  const root = '/usr/lib/postgresql'
  const versions = existsSync(root) ? readdirSync(root).toSorted((left, right) => Number(right) - Number(left)) : []
  return [...versions.map((version) => join(root, version, 'bin')), '/usr/local/bin', '/usr/bin'].find(
    (folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')),
  )
}

/**
 * Whether tests on PostgreSQL run: `reason` says why not. Where REQUIRE_SERVERS=1 promises a server they run in any case, and fail
 * where there is none.
 */
export function postgresForTests(): { run: boolean; reason: string } {
  const run = findPostgres() !== undefined || process.env.REQUIRE_SERVERS === '1'
  return { run, reason: run ? '' : ' (skipped: PostgreSQL is not installed; Debian has it as the package postgresql)' }
}

/** Starts a server; it does not run as root. Where it is not `durable`, commits wait for no disk, and a crash may lose them. */
export async function startPostgres({ durable = true } = {}): Promise<PostgresServer> {
  const programs = findPostgres()
  if (!programs) throw new Error('PostgreSQL is not installed: install the package postgresql')
  const user = unprivilegedUser()
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'))
  if (user) chownSync(folder, user.uid, user.gid)
  chmodSync(folder, 0o700)
  const settings = [
    '--encoding=UTF8',
    '--locale=C.UTF-8',
    '--auth=trust',
    '--username=postgres',
    '-D',
    join(folder, 'data'),
  ]
  execFileSync(join(programs, 'initdb'), settings, { ...user, cwd: folder, stdio: 'pipe' })
  const port = await freePort()
  const server = new RunningServer({ program: join(programs, 'postgres'), folder, port, user, durable })
  await server.start()
  return server
}

interface Setting {
  program: string
  folder: string
  port: number
  durable: boolean
  user: { uid: number; gid: number } | undefined
}

class RunningServer implements PostgresServer {
  readonly port: number
  readonly #setting: Setting
  #process: ChildProcess | undefined
  #databases = 0

  constructor(setting: Setting) {
    this.#setting = setting
    this.port = setting.port
  }

  async start(): Promise<void> {
    const { program, folder, port, user, durable } = this.#setting
    const options = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: folder,
      port,
      ...(durable ? { fsync: 'on' } : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
      max_connections: 100,
    }
    const words = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    this.#process = spawn(program, ['-D', join(folder, 'data'), ...words], { ...user, cwd: folder, stdio: 'ignore' })
    await this.#answering()
  }

  async createDatabase(): Promise<string> {
    this.#databases += 1
    const name = `test_${this.#databases}`
    await this.#query(`create database ${name}`)
    return this.#url(name)
  }

  async kill(): Promise<void> {
    const running = this.#process
    if (!running || running.exitCode !== null || running.signalCode !== null) return
    const ended = new Promise((resolve) => running.once('exit', resolve))
    running.kill('SIGQUIT')
    await ended
  }

  async close(): Promise<void> {
    await this.kill()
    await rm(this.#setting.folder, { recursive: true, force: true })
  }

  #url(database: string): string {
    return `postgres://postgres@127.0.0.1:${this.port}/${database}`
  }

  async #query(text: string): Promise<void> {
    const client = new Client({ connectionString: this.#url('postgres'), connectionTimeoutMillis: 60_000 })
    client.on('error', () => undefined)
    await client.connect()
    try {
      await client.query(text)
    } finally {
      await client.end()
    }
  }

  async #answering(): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#query('select 1')
      } catch (error) {
        if (attempt > 2_000 || this.#process?.exitCode !== null) throw error
        await pause(50)
      }
    }
  }
}

/** The server refuses to run as root. */
function unprivilegedUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const users = readFileSync('/etc/passwd', 'utf8')
  for (const name of ['postgres', 'nobody']) {
    const found = new RegExp(`^${name}:[^:]*:(\\d+):(\\d+):`, 'm').exec(users)
    if (found) return { uid: Number(found[1]), gid: Number(found[2]) }
  }
  throw new Error('there is no user postgres or nobody to run the server as')
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}
