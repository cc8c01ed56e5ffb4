import { existsSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { ConfigError, type ConfigProblem } from './config-error.ts'
import type { ClusterConfig, Config, AccessConfig } from './config.ts'
import { readEnvironment } from './read-environment.ts'
import { readOperatorFile } from './read-operator-file.ts'
import { ServicesFile } from './services-file.ts'
import { type Folders, readVariables, type Variables } from './variables.ts'
import { AccessFile } from './access-file.ts'
import { z } from 'zod'
import { actionKinds } from '#src/domain/action.ts'

const serviceAccountToken = '/var/run/secrets/kubernetes.io/serviceaccount/token'

/** Where configuration comes from. */
export interface ConfigSources extends Folders {
  env: Record<string, string | undefined>
  /** Read below the environment, which wins; absent: no file. */
  env_file?: string
}

/** Where secrets are looked up. */
interface SecretPlaces {
  /** The file's name, for problems. */
  file: string
  env: Record<string, string | undefined>
  cwd: string
}

const shortestSecret = 8

/* The YAML files that operators change. Every key has a default; a key that is not listed here is an error, for it is a typo. */

const allowed = <T extends z.ZodType>(schema: (error: string) => T, words: string): T => schema(words)

const whole = (min: number, max: number) =>
  allowed((error) => z.int({ error }).min(min, { error }).max(max, { error }), `a whole number from ${min} to ${max}`)

const flag = () => z.boolean({ error: 'true or false' })

const section = 'a section with keys and values'

const kind = () => z.enum(actionKinds, { error: `one of ${actionKinds.join(', ')}` })

const namespacePattern = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/

const namespace = () =>
  allowed((error) => z.string({ error }).regex(namespacePattern, { error }), 'the name of a namespace')

const list = <T extends z.ZodType>(item: T) => z.array(item, { error: 'a list' })

const allowAndDeny = <T extends z.ZodType>(item: () => T) =>
  z.strictObject({ allow: list(item()).default([]), deny: list(item()).default([]) }, { error: section }).prefault({})

/** configs/agents.yaml */
const AgentsFile = z.strictObject(
  {
    workflow: z
      .strictObject(
        {
          max_turns: whole(1, 500).default(20),
          timeout_seconds: whole(1, 3600).default(300),
          confidence_threshold: allowed(
            (error) => z.number({ error }).min(0, { error }).max(1, { error }),
            'a number from 0 to 1',
          ).default(0.8),
          require_consensus: flag().default(false),
          human_in_loop_actions: list(kind()).default(['rollback', 'scale', 'delete_pod', 'patch_resources']),
        },
        { error: section },
      )
      .prefault({}),
  },
  { error: section },
)

/** configs/policy.yaml */
const PolicyFile = z.strictObject(
  {
    policy: z
      .strictObject(
        {
          own_namespace: namespace().optional(),
          namespaces: allowAndDeny(namespace),
          kinds: allowAndDeny(kind),
          dry_run: flag().default(true),
          require_approval: flag().default(true),
        },
        { error: section },
      )
      .prefault({}),
  },
  { error: section },
)

/** One frozen value, or a ConfigError that names every bad value at once. */
export function loadConfig(sources: ConfigSources): Config {
  const problems: ConfigProblem[] = []
  const env = readEnvironment(sources.env, sources.env_file)
  const variables = readVariables(env, sources, problems)
  const { root } = sources
  const agentsPath = variables.SRE_AGENT_CONFIG ?? defaultFile(root, 'agents.yaml')
  const agents = readOperatorFile({ path: agentsPath, root, schema: AgentsFile }, problems)
  const policyPath = variables.SRE_AGENT_POLICY ?? defaultFile(root, 'policy.yaml')
  const policy = readOperatorFile({ path: policyPath, root, schema: PolicyFile }, problems)
  const servicesPath = variables.SRE_AGENT_SERVICES ?? defaultFile(root, 'services.yaml')
  const services = readOperatorFile({ path: servicesPath, root, schema: ServicesFile }, problems)
  const access = loadAccess(
    { host: variables.HOST, path: variables.SRE_AGENT_ACCESS ?? defaultFile(root, 'access.yaml') },
    { ...sources, env },
    problems,
  )
  if (env['KUBE_CONTEXT'] && !env['KUBECONFIG'])
    problems.push({
      where: 'KUBE_CONTEXT',
      was: 'given without KUBECONFIG',
      allowed: 'a context of the file that KUBECONFIG names',
    })
  if (problems.length > 0 || !agents || !policy || !services) throw new ConfigError(problems)
  const known = variables as Variables
  return deepFreeze({
    host: known.HOST,
    port: known.PORT,
    trusted_proxies: known.TRUSTED_PROXIES,
    ...(access && { access }),
    limits: limitsOf(known, asksWho(access)),
    log_level: known.LOG_LEVEL,
    store: known.DATABASE_URL,
    cluster: chooseCluster(known, env),
    bounds: {
      max_objects_per_kind: known.SRE_AGENT_MAX_OBJECTS,
      max_bytes: known.SRE_AGENT_MAX_BYTES,
      deadline_seconds: known.SRE_AGENT_OBSERVE_TIMEOUT_SECONDS,
      call_timeout_seconds: known.SRE_AGENT_REQUEST_TIMEOUT_SECONDS,
    },
    runs: runsOf(known),
    workflow: agents.workflow,
    policy: policy.policy,
    services: {
      clusters: services.clusters,
      services: Object.entries(services.services).map(([name, service]) => ({ name, ...service })),
    },
  })
}

/** Who is told apart is limited; a service that answers this machine alone is not, unless told to. */
function limitsOf(known: Variables, asks: boolean): Config['limits'] {
  return {
    signals_per_minute: known.RATE_LIMIT_SIGNALS_PER_MINUTE ?? (asks ? 6000 : 0),
    requests_per_minute: known.RATE_LIMIT_PER_MINUTE ?? (asks ? 600 : 0),
    auth_failures_per_minute: 30,
    streams: known.SRE_AGENT_MAX_STREAMS,
    streams_per_caller: known.SRE_AGENT_MAX_STREAMS_PER_CALLER,
  }
}

function defaultFile(root: string, name: string): string | undefined {
  const path = join(root, 'configs', name)
  return existsSync(path) ? path : undefined
}

function runsOf(known: Variables): Config['runs'] {
  return {
    concurrent: known.MAX_CONCURRENT_ALERTS,
    queued: known.ALERT_QUEUE_LIMIT,
    queue_ttl_seconds: known.ALERT_QUEUE_TTL_SECONDS,
    storm_per_minute: known.STORM_INCIDENTS_PER_MINUTE,
    lease_seconds: known.LEASE_SECONDS,
    quiet_seconds: known.INCIDENT_QUIET_SECONDS,
    approval_ttl_seconds: known.APPROVAL_TTL_SECONDS,
    approval_valid_seconds: known.APPROVAL_VALID_SECONDS,
    execution_ttl_seconds: known.EXECUTION_TTL_SECONDS,
    retention_days: known.EVIDENCE_RETENTION_DAYS,
    worker: known.SRE_AGENT_WORKER,
  }
}

/** A named kubeconfig, else the cluster that the process runs in, else the practice cluster. */
function chooseCluster(variables: Variables, env: Record<string, string | undefined>): ClusterConfig {
  if (variables.KUBECONFIG) return { kind: 'kubeconfig', path: variables.KUBECONFIG, context: variables.KUBE_CONTEXT }
  if (env['KUBERNETES_SERVICE_HOST'] && existsSync(serviceAccountToken)) return { kind: 'in_cluster' }
  return { kind: 'practice', incidents: variables.SRE_AGENT_SCENARIOS }
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  for (const inner of Object.values(value)) deepFreeze(inner)
  return Object.freeze(value)
}

/** Undefined where the file says nothing. Where nobody can be told apart, `host` must be an address of this machine. */
export function loadAccess(
  { host, path }: { host: string | undefined; path: string | undefined },
  { cwd, root, env }: Folders & { env: Record<string, string | undefined> },
  problems: ConfigProblem[],
): AccessConfig | undefined {
  const parsed = readOperatorFile({ path, root, schema: AccessFile }, problems)
  if (!parsed) return undefined
  const file = path ? relative(root, path) : 'configs/access.yaml'
  const access = readAccess(parsed, { file, env, cwd }, problems)
  if (!asksWho(access) && host !== undefined && !isLoopback(host))
    problems.push({
      where: 'HOST',
      was: JSON.stringify(host),
      allowed:
        '127.0.0.1, ::1 or localhost as long as configs/access.yaml has neither tokens nor oidc; "sre-agent token create" makes a token',
    })
  return asksWho(access) || Object.keys(access.webhooks).length > 0 ? access : undefined
}

/** Must callers say who they are? */
function asksWho(access: AccessConfig | undefined): boolean {
  return access !== undefined && (access.tokens.length > 0 || access.oidc !== undefined)
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)
}

/** The parsed file with the secrets that it points to; problems are added to `problems` and never show a secret. */
function readAccess(file: AccessFile, places: SecretPlaces, problems: ConfigProblem[]): AccessConfig {
  problems.push(...repeated(file, places.file))
  const webhooks: Record<string, { secret: string }> = {}
  for (const [source, where] of Object.entries(file.webhooks)) {
    const secret = readSecret(where, places)
    if (typeof secret === 'string') webhooks[source] = { secret }
    else problems.push({ where: `${places.file}: webhooks.${source}`, ...secret })
  }
  const tokens = file.tokens.map((token) => ({ ...token, sha256: token.sha256.toLowerCase() }))
  return { tokens, webhooks, ...(file.oidc && { oidc: file.oidc }) }
}

/** Two tokens of one name could not be told apart in the audit log; one token under two names neither. */
function repeated({ tokens }: AccessFile, file: string): ConfigProblem[] {
  return tokens.flatMap((token, index) => {
    const before = tokens.slice(0, index)
    const where = `${file}: tokens.${index}`
    if (before.some(({ name }) => name === token.name))
      return [{ where: `${where}.name`, was: JSON.stringify(token.name), allowed: 'a name that no other token bears' }]
    if (before.some(({ sha256 }) => sha256.toLowerCase() === token.sha256.toLowerCase()))
      return [{ where: `${where}.sha256`, was: 'that of another token', allowed: 'a token of its own for each name' }]
    return []
  })
}

function readSecret(
  { secret_env, secret_file }: { secret_env?: string; secret_file?: string },
  { env, cwd }: SecretPlaces,
): string | Omit<ConfigProblem, 'where'> {
  if ((secret_env === undefined) === (secret_file === undefined))
    return { was: secret_env ? 'both' : 'neither', allowed: 'either secret_env or secret_file' }
  const secret = secret_env ? env[secret_env]?.trim() : readQuietly(resolve(cwd, secret_file ?? ''))
  if (secret === undefined || secret === '')
    return {
      was: secret_env ? `${secret_env}, which is not set` : `${secret_file}, which cannot be read or is empty`,
      allowed: 'where the secret is',
    }
  if (secret.length < shortestSecret)
    return { was: 'a very short secret', allowed: `a secret of at least ${shortestSecret} characters` }
  return secret
}

function readQuietly(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}
