import { existsSync, readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { delimiter, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { type ConfigProblem, type LogLevel, type StoreConfig, logLevels } from './config.ts'

/** What is read from the environment; names as operators write them. */
export interface Variables {
  HOST: string
  PORT: number
  TRUSTED_PROXIES: number
  LOG_LEVEL: LogLevel
  DATABASE_URL: StoreConfig
  KUBECONFIG: string | undefined
  KUBE_CONTEXT: string | undefined
  SRE_AGENT_SCENARIOS: string
  SRE_AGENT_CONFIG: string | undefined
  SRE_AGENT_POLICY: string | undefined
  SRE_AGENT_SERVICES: string | undefined
  SRE_AGENT_ACCESS: string | undefined
  RATE_LIMIT_PER_MINUTE: number | undefined
  RATE_LIMIT_SIGNALS_PER_MINUTE: number | undefined
  SRE_AGENT_MAX_STREAMS: number
  SRE_AGENT_MAX_STREAMS_PER_CALLER: number
  SRE_AGENT_MAX_OBJECTS: number
  SRE_AGENT_MAX_BYTES: number
  SRE_AGENT_OBSERVE_TIMEOUT_SECONDS: number
  SRE_AGENT_REQUEST_TIMEOUT_SECONDS: number
  MAX_CONCURRENT_ALERTS: number
  ALERT_QUEUE_TTL_SECONDS: number
  ALERT_QUEUE_LIMIT: number
  STORM_INCIDENTS_PER_MINUTE: number
  LEASE_SECONDS: number
  INCIDENT_QUIET_SECONDS: number
  APPROVAL_TTL_SECONDS: number
  APPROVAL_VALID_SECONDS: number
  EXECUTION_TTL_SECONDS: number
  EVIDENCE_RETENTION_DAYS: number
  SRE_AGENT_WORKER: 'inside' | 'none'
}

/** The outcome of reading one variable. */
type Reading<T> = { value: T } | { allowed: string }
type Reader<T> = (text: string | undefined, folders: Folders) => Reading<T>

/** Where relative paths start: those that an operator writes at `cwd`, those that come with the service at `root`. */
export interface Folders {
  cwd: string
  root: string
}

const readers: { [Name in keyof Variables]: Reader<Variables[Name]> } = {
  HOST: readHost,
  PORT: whole(8000, 0, 65_535, 'a port number from 0 (any free port) to 65535'),
  TRUSTED_PROXIES: whole(0, 0, 10),
  LOG_LEVEL: readLogLevel,
  DATABASE_URL: readDatabaseUrl,
  KUBECONFIG: readKubeconfig,
  KUBE_CONTEXT: (text) => ({ value: text }),
  SRE_AGENT_SCENARIOS: readScenarios,
  SRE_AGENT_CONFIG: existingFile,
  SRE_AGENT_POLICY: existingFile,
  SRE_AGENT_SERVICES: existingFile,
  SRE_AGENT_ACCESS: existingFile,
  RATE_LIMIT_PER_MINUTE: orUnset(whole(600, 0, 10_000_000)),
  RATE_LIMIT_SIGNALS_PER_MINUTE: orUnset(whole(6000, 0, 10_000_000)),
  SRE_AGENT_MAX_STREAMS: whole(200, 1, 10_000),
  SRE_AGENT_MAX_STREAMS_PER_CALLER: whole(20, 1, 10_000),
  SRE_AGENT_MAX_OBJECTS: whole(10_000, 100, 1_000_000),
  SRE_AGENT_MAX_BYTES: whole(200_000_000, 1_000_000, 2_000_000_000),
  SRE_AGENT_OBSERVE_TIMEOUT_SECONDS: whole(15, 1, 300),
  SRE_AGENT_REQUEST_TIMEOUT_SECONDS: whole(5, 1, 120),
  MAX_CONCURRENT_ALERTS: whole(3, 1, 64),
  ALERT_QUEUE_TTL_SECONDS: whole(600, 1, 604_800),
  ALERT_QUEUE_LIMIT: whole(10_000, 1, 100_000),
  STORM_INCIDENTS_PER_MINUTE: whole(60, 1, 100_000),
  LEASE_SECONDS: whole(30, 1, 3600),
  INCIDENT_QUIET_SECONDS: whole(86_400, 60, 31_536_000),
  APPROVAL_TTL_SECONDS: whole(3600, 60, 604_800),
  APPROVAL_VALID_SECONDS: whole(900, 30, 86_400),
  EXECUTION_TTL_SECONDS: whole(3600, 60, 604_800),
  EVIDENCE_RETENTION_DAYS: whole(30, 1, 3650),
  SRE_AGENT_WORKER: readWorker,
}

/** Reads every variable; problems are added to `problems` and leave the variable undefined. */
export function readVariables(
  env: Record<string, string | undefined>,
  folders: Folders,
  problems: ConfigProblem[],
): Partial<Variables> {
  const values: Record<string, unknown> = {}
  for (const [name, read] of Object.entries(readers)) {
    const text = env[name]?.trim() || undefined
    const reading = read(text, folders)
    if ('value' in reading) values[name] = reading.value
    else problems.push({ where: name, was: shown(text), allowed: reading.allowed })
  }
  return values
}

/** What an operator wrote, without a password in a URL. */
function shown(text: string | undefined): string {
  return JSON.stringify((text ?? '').replace(/:\/\/([^\s/@]*):[^\s/@]*@/, '://$1:***@').slice(0, 200))
}

function whole(fallback: number, min: number, max: number, words?: string): Reader<number> {
  const allowed = words ?? `a whole number from ${min} to ${max}`
  return (text) => {
    if (text === undefined) return { value: fallback }
    const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN
    return value >= min && value <= max ? { value } : { allowed }
  }
}

/** Where the default depends on other settings. */
function orUnset<T>(read: Reader<T>): Reader<T | undefined> {
  return (text, folders) => (text === undefined ? { value: undefined } : read(text, folders))
}

function readHost(text = '127.0.0.1'): Reading<string> {
  const isName =
    text.length <= 253 && /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/i.test(text)
  // What looks like an address but is none would be taken for a name, and looked up.
  if (isIP(text) || (isName && !/^[\d.]+$/.test(text))) return { value: text }
  return { allowed: 'an IP address or a host name to listen on, without a port' }
}

function readLogLevel(text = 'info'): Reading<LogLevel> {
  const value = logLevels.find((level) => level === text)
  return value ? { value } : { allowed: `one of ${logLevels.join(', ')}` }
}

const databaseUrls = 'sqlite:PATH, for example sqlite:data/sre-agent.db, or postgres://USER:PASSWORD@HOST:PORT/DATABASE'

function readDatabaseUrl(text: string | undefined, { cwd, root }: Folders): Reading<StoreConfig> {
  if (text === undefined) return { value: { kind: 'sqlite', path: resolve(root, 'data/sre-agent.db') } }
  if (/^postgres(?:ql)?:/.test(text))
    return URL.canParse(text) ? { value: { kind: 'postgres', url: text } } : { allowed: databaseUrls }
  const path = /^sqlite:(?:\/\/(?=\/))?(.+)$/.exec(text)?.[1]
  if (!path || path.startsWith('//')) return { allowed: databaseUrls }
  return { value: { kind: 'sqlite', path: path === ':memory:' ? path : resolve(cwd, path) } }
}

function readWorker(text = 'inside'): Reading<'inside' | 'none'> {
  if (text === 'inside' || text === 'none') return { value: text }
  return { allowed: 'inside (the server runs investigations, too) or none (workers run elsewhere)' }
}

function readKubeconfig(text: string | undefined, { cwd }: Folders): Reading<string | undefined> {
  if (text === undefined) return { value: undefined }
  const paths = text.split(delimiter).filter((path) => path !== '')
  const found = paths.map((path) => resolve(cwd, path)).find((path) => existsSync(path))
  return found ? { value: found } : { allowed: 'the path of a kubeconfig file that exists' }
}

function readScenarios(text: string | undefined, { cwd, root }: Folders): Reading<string> {
  if (text === undefined) return { value: resolve(root, 'practice/incidents') }
  const value = resolve(cwd, text)
  return existsSync(value) ? { value } : { allowed: 'a folder of recorded incidents that exists' }
}

function existingFile(text: string | undefined, { cwd }: Folders): Reading<string | undefined> {
  if (text === undefined) return { value: undefined }
  const value = resolve(cwd, text)
  return existsSync(value) ? { value } : { allowed: 'the path of a YAML file that exists' }
}

/** The variables that are set: those of the file, where there is one, and over them the environment's, which wins also when empty. */
export function readEnvironment(env: Record<string, string | undefined>, env_file?: string): Record<string, string> {
  const fromFile = env_file && existsSync(env_file) ? parseEnv(readFileSync(env_file, 'utf8')) : {}
  const all = { ...fromFile, ...withoutAbsent(env) }
  return withoutAbsent(all)
}

function withoutAbsent(env: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined))
}
