import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { actionKinds } from '#src/domain/action.ts'
import { loadAccess, requiresIdentity } from './access-file.ts'
import { type ClusterConfig, type Config, ConfigError, type ConfigProblem } from './config.ts'
import { readOperatorFile } from './read-operator-file.ts'
import { ServicesFile } from './services-file.ts'
import { type Folders, type Variables, readEnvironment, readVariables } from './variables.ts'

const serviceAccountToken = '/var/run/secrets/kubernetes.io/serviceaccount/token'

/** Where configuration comes from. */
export interface ConfigSources extends Folders {
  env: Record<string, string | undefined>
  /** Read below the environment, which wins; absent: no file. */
  env_file?: string
}

/* The YAML files that operators change. Every key has a default; a key that is not listed here is an error, for it is a typo. */

const allowed = <T extends z.ZodType>(schema: (error: string) => T, rule: string): T => schema(rule)

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
    limits: limitsOf(known, requiresIdentity(access)),
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

/** Callers that are identified are limited; a service that only answers this machine is not, unless configured. */
function limitsOf(known: Variables, identified: boolean): Config['limits'] {
  return {
    signals_per_minute: known.RATE_LIMIT_SIGNALS_PER_MINUTE ?? (identified ? 6000 : 0),
    requests_per_minute: known.RATE_LIMIT_PER_MINUTE ?? (identified ? 600 : 0),
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
