import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { AuditReader, CliPorts, ReachedCluster } from './cli/cli-ports.ts'
import { runCli } from './cli/run-cli.ts'
import { ConfigError } from './config/config.ts'
import { loadConfig } from './config/load-config.ts'
import { readEnvironment } from './config/variables.ts'
import { CodedError } from './domain/coded-error.ts'
import { verifyAudit } from './domain/verify-audit.ts'
import { listNamespaces } from './wiring/list-namespaces.ts'
import { createRedactor } from './redaction/create-redactor.ts'
import { startLines, workerLines } from './server/start-lines.ts'
import { createLogger, type JsonLogger } from './telemetry/logger.ts'

/* The start: passes the command line to the commands, with the parts of the service that they need. */

const root = join(import.meta.dirname, '..')
const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))
/** All commands have the same settings as `npm start`. */
const environment = readEnvironment(process.env, join(root, '.env'))
const exitCodes = { failed: 1, config: 2, interrupted: 130 } as const

/** One for each level: all services of a process write to the same stderr. */
const loggers = new Map<string, JsonLogger>()
function loggerOf(level: string): JsonLogger {
  const logger = loggers.get(level) ?? createLogger(level, createRedactor())
  loggers.set(level, logger)
  return logger
}

/** A service for one command: it answers only to its own token, so that no other program can use its port. */
async function startService({ env }: { env: Record<string, string> }) {
  const config = loadConfig({ env, cwd: process.cwd(), root })
  const token = randomBytes(32).toString('base64url')
  const sha256 = createHash('sha256').update(token).digest('hex')
  const access = { tokens: [{ name: 'command-line', role: 'operator' as const, sha256 }], webhooks: {} }
  const limits = { ...config.limits, signals_per_minute: 0, requests_per_minute: 0 }
  const { startApp } = await import('./app.ts')
  const app = await startApp({ ...config, access, limits }, { logger: loggerOf(config.log_level), version, root })
  return { url: app.url, token, close: () => app.close() }
}

async function serve(signal: AbortSignal): Promise<number> {
  const config = loadConfig({ env: environment, cwd: process.cwd(), root })
  const logger = loggerOf(config.log_level)
  process.on('unhandledRejection', (error) => logger.error({ error }, 'unhandled rejection'))
  const { startApp } = await import('./app.ts')
  const app = await startApp(config, { logger, version, root })
  process.stdout.write(startLines(app.facts))
  await aborted(signal)
  logger.info({}, 'stopping')
  await app.close()
  logger.flush()
  return 0
}

/** A worker alone, in the foreground. */
async function work(signal: AbortSignal): Promise<number> {
  const config = loadConfig({ env: environment, cwd: process.cwd(), root })
  const logger = loggerOf(config.log_level)
  process.on('unhandledRejection', (error) => logger.error({ error }, 'unhandled rejection'))
  const { startWorkerApp } = await import('./app.ts')
  const app = await startWorkerApp(config, { logger, version, root })
  process.stdout.write(workerLines(app.facts))
  await aborted(signal)
  logger.info({}, 'stopping')
  await app.close()
  logger.flush()
  return 0
}

async function openAudit(env: Record<string, string>): Promise<AuditReader> {
  const config = loadConfig({ env, cwd: process.cwd(), root })
  const { openStore } = await import('./wiring/open-store.ts')
  const store = await openStore(config.store)
  return {
    verify: () => verifyAudit((after, limit) => store.audit.walk(after, limit)),
    list: (query) => store.audit.list(query),
    close: () => store.close(),
  }
}

async function openCluster(env: Record<string, string>): Promise<ReachedCluster> {
  const config = loadConfig({ env, cwd: process.cwd(), root })
  const logger = loggerOf(config.log_level)
  const { openCluster: open } = await import('./wiring/cluster-choice.ts')
  const cluster = await open(config.cluster, { logger, ...config.bounds })
  const { name, connection } = cluster
  return {
    context: name,
    watchEvents: (from, stop) => connection.watchEvents(from, stop),
    listNamespaces: (stop) => listNamespaces(connection.reader, config.bounds.call_timeout_seconds * 1000, stop),
    close: () => cluster.close(),
  }
}

/** The first SIGINT or SIGTERM asks for an orderly end; another one, half a second later at the earliest, ends at once. */
function endingSignal(): AbortSignal {
  const ending = new AbortController()
  let asked = 0
  const onSignal = () => {
    if (asked && Date.now() - asked > 500) process.exit(exitCodes.interrupted)
    asked ||= Date.now()
    ending.abort()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return ending.signal
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

function reportFailure(error: unknown): number {
  const known = error instanceof CodedError
  process.stderr.write(known ? `${error.message}\n(${error.code})\n` : `sre-agent failed: ${String(error)}\n`)
  if (!known && environment['LOG_LEVEL'] === 'debug') console.error(error)
  return error instanceof ConfigError ? exitCodes.config : exitCodes.failed
}

const signal = endingSignal()
const ports: CliPorts = {
  version,
  env: environment,
  stdout: process.stdout,
  stderr: process.stderr,
  signal,
  startService,
  serve: () => serve(signal).catch(reportFailure),
  work: () => work(signal).catch(reportFailure),
  openAudit,
  openCluster,
  startPractice: async (options) => {
    const { startPractice } = await import('./adapters/practice/start-practice.ts')
    return startPractice(options)
  },
}
process.exitCode = await runCli(process.argv.slice(2), ports).catch(reportFailure)
// Nothing should be left open by now; what is must not keep a finished command alive.
setTimeout(() => process.exit(), 3_000).unref()
