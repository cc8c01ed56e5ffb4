import type { ActionKind } from '#src/domain/action.ts'
import type { ServiceCatalogue } from '#src/domain/catalogue.ts'
import { CodedError } from '#src/domain/coded-error.ts'
import type { Role } from '#src/domain/role.ts'

/*
 * Environment, .env and the YAML files under configs/ become one frozen value, once, at start-up. Nothing else reads process.env.
 */

/** Levels of the JSON log, quietest last. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

/** How an investigation is led; `workflow` in configs/agents.yaml. */
interface WorkflowConfig {
  max_turns: number
  timeout_seconds: number
  confidence_threshold: number
  require_consensus: boolean
  /** Kinds that always need a person's approval. */
  human_in_loop_actions: ActionKind[]
}

/** What may be changed; configs/policy.yaml. An empty `allow` allows everything that is not denied. */
interface PolicyConfig {
  /** The namespace that the service itself runs in: never changed by it. */
  own_namespace?: string
  namespaces: { allow: string[]; deny: string[] }
  kinds: { allow: ActionKind[]; deny: ActionKind[] }
  dry_run: boolean
  require_approval: boolean
}

/** Which cluster. `practice` is the recorded one that comes with the service. */
export type ClusterConfig =
  | { kind: 'kubeconfig'; path: string; context?: string }
  | { kind: 'in_cluster' }
  | { kind: 'practice'; incidents: string }

/** Bounds of one observation; what they cut off becomes a gap. */
interface BoundsConfig {
  max_objects_per_kind: number
  /** Over all reads of one observation. */
  max_bytes: number
  deadline_seconds: number
  call_timeout_seconds: number
}

/** Who may call; configs/access.yaml, secrets read. */
export interface AccessConfig {
  tokens: { name: string; role: Role; sha256: string }[]
  oidc?: {
    issuer: string
    audience: string
    jwks_url?: string
    name_claim: string
    roles_claim: string
    role_map: Record<string, Role>
  }
  webhooks: Record<string, { secret: string }>
}

/** Bounds of the HTTP side. 0: no bound. */
interface LimitsConfig {
  signals_per_minute: number
  requests_per_minute: number
  auth_failures_per_minute: number
  streams: number
  streams_per_caller: number
}

/** The store. With the path `:memory:` nothing survives the process. */
export type StoreConfig = { kind: 'sqlite'; path: string } | { kind: 'postgres'; url: string }

/** The queue and its workers. */
interface RunsConfig {
  /** Investigations at once, over all replicas. */
  concurrent: number
  /** Maximum of waiting incidents. */
  queued: number
  /** How long an incident waits before it expires. */
  queue_ttl_seconds: number
  /** New incidents in a minute above which it is a storm. */
  storm_per_minute: number
  lease_seconds: number
  /** A decided incident without signals for so long is closed. */
  quiet_seconds: number
  /** How long an approval may wait for an answer, and how long it may be used once given. */
  approval_ttl_seconds: number
  approval_valid_seconds: number
  /** How long an execution by a person may take until its end is reported. */
  execution_ttl_seconds: number
  /** Of evidence and of the texts of signals. */
  retention_days: number
  /** `none`: this process serves HTTP and runs no investigation itself. */
  worker: 'inside' | 'none'
}

/** Everything that operators can set. */
export interface Config {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  /** Proxies in front of the service whose X-Forwarded-For is believed. */
  readonly trusted_proxies: number
  /** Absent: callers are not identified, and `host` is an address of this machine. */
  readonly access?: AccessConfig
  readonly limits: LimitsConfig
  readonly log_level: LogLevel
  readonly store: StoreConfig
  readonly cluster: ClusterConfig
  readonly bounds: BoundsConfig
  readonly runs: RunsConfig
  readonly workflow: WorkflowConfig
  readonly policy: PolicyConfig
  readonly services: ServiceCatalogue
}

/** One value that cannot be used. */
export interface ConfigProblem {
  /** The variable (`PORT`) or the file and key (`configs/agents.yaml: workflow.max_turns`). */
  where: string
  /** What it was, as text. */
  was: string
  /** What is allowed there. */
  allowed: string
}

/** Every problem of the configuration at once. */
export class ConfigError extends CodedError {
  readonly problems: ConfigProblem[]

  constructor(problems: ConfigProblem[]) {
    super('SRE_CONFIG_INVALID', renderProblems(problems))
    this.name = 'ConfigError'
    this.problems = problems
  }
}

function renderProblems(problems: ConfigProblem[]): string {
  const lines = problems.map(({ where, was, allowed }) => `  ${where} is ${was}; allowed: ${allowed}`)
  return `The configuration cannot be used:\n${lines.join('\n')}`
}
