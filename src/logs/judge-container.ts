import type { Remedy } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import { eventEvidence, objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Container } from '#src/domain/kubernetes/objects.ts'
import { judgeAccess } from './judge/access.ts'
import { judgeArguments } from './judge/arguments.ts'
import { buildDraft } from './judge/build-draft.ts'
import { complaintOf } from './judge/complaint.ts'
import { judgeConfigValue } from './judge/config-value.ts'
import { judgeCpuStarved } from './judge/cpu-starved.ts'
import { decisiveMatch } from './judge/decisive-match.ts'
import { judgeDependency } from './judge/dependency.ts'
import { judgeEnvironment } from './judge/environment.ts'
import { faultDraft } from './judge/fault-draft.ts'
import { judgeLiveness } from './judge/liveness.ts'
import { judgeLoopback } from './judge/loopback.ts'
import { judgeOwnFault } from './judge/own-fault.ts'
import { escalate, rollback } from './judge/remedies.ts'
import { judgeRuntimeMemory } from './judge/runtime-memory.ts'
import { judgeSetting } from './judge/setting.ts'
import { type ContainerLogs, type Situation, situationOf } from './judge/situation.ts'
import { judgeSlowProbe } from './judge/slow-probe.ts'
import { startOfRun } from './judge/start-of-run.ts'
import { judgeWaiting } from './judge/waiting.ts'
import { capitalize, imageOf, quote, subjectOf } from './judge/words.ts'
import type { LogRecord } from './log-record.ts'
import type { SignatureFamily, SignatureMatch } from './signatures/signature.ts'

/** Variables that name where others listen. */
const otherUsers = /TARGET|UPSTREAM|REMOTE|BACKEND|SCRAPE|PROXY_|SERVER_URL|_HOST$|DATABASE|DB_|REDIS|KAFKA/

/** Of a container that kubernetes holds for well, its log alone speaks. */

type Judge = (situation: Situation, match: SignatureMatch) => FindingDraft | undefined

const judges: Record<SignatureFamily, Judge> = {
  missing_setting: judgeSetting,
  bad_config: judgeConfigValue,
  bad_arguments: judgeArguments,
  unreachable: judgeDependency,
  unresolved_name: judgeDependency,
  tls: judgeAccess,
  authentication: judgeAccess,
  forbidden: judgeAccess,
  runtime_memory: judgeRuntimeMemory,
  disk_full: judgeEnvironment,
  permission: judgeEnvironment,
  file_missing: judgeEnvironment,
  platform: judgePlatform,
  port_in_use: judgePort,
  migration: judgeOwnFault,
  stuck: judgeOwnFault,
  exhausted: judgeOwnFault,
  panic: judgeOwnFault,
  data_error: judgeOwnFault,
  waiting: judgeWaiting,
}

/** What keeps a dependency from answering explains a liveness kill better than the probe does. */
const outside: ReadonlySet<SignatureFamily> = new Set([
  'unreachable',
  'unresolved_name',
  'tls',
  'authentication',
  'forbidden',
])

const recentMs = 900_000

/**
 * Judges the logs of one container against its own state: what was said by a container that is well now is history and gives
 * nothing, unless its log was read because nothing else is wrong, and it goes on complaining.
 */
export function judgeContainer(logs: ContainerLogs, view: ClusterView): FindingDraft[] {
  const situation = situationOf(logs, view)
  if (!situation) return []
  if (situation.trouble === 'waiting') return present(judgeWaiting(situation))
  if (situation.trouble === 'complaining') return judgeReady(situation)
  const loopback = judgeLoopback(situation)
  if (loopback) return [loopback]
  const match = decisiveMatch(situation)
  const isOutside = match !== undefined && outside.has(match.signature.family)
  const starved = isOutside ? undefined : judgeCpuStarved(situation)
  if (starved) return [starved]
  const wasKilled = situation.trouble === 'exited' || situation.status.restartCount > 0
  const slow = isOutside ? undefined : judgeSlowProbe(situation)
  if (slow) return [slow]
  if (wasKilled && !isOutside) {
    const killed = judgeLiveness(situation) ?? judgeShortStartup(situation)
    if (killed) return [killed]
  }
  if (!match) return present(situation.trouble === 'exited' ? judgeLastWords(situation) : judgeWaiting(situation))
  return present(judges[match.signature.family](situation, match) ?? judgeLastWords(situation))
}

/** Kubernetes holds it for well: a probe that times out now and then, or a complaint that goes on. */
function judgeReady(situation: Situation): FindingDraft[] {
  const complaint = complaintOf(situation)
  const slow = complaint && outside.has(complaint.signature.family) ? undefined : judgeSlowProbe(situation)
  if (slow) return [slow]
  return complaint ? present(judges[complaint.signature.family](situation, complaint)) : []
}

function present(draft: FindingDraft | undefined): FindingDraft[] {
  return draft ? [draft] : []
}

/** Last words that fit no signature: what the program said at its end, as it said it. */
function judgeLastWords(situation: Situation): FindingDraft | undefined {
  if (situation.trouble !== 'exited' || situation.exit_code === 0) return undefined
  const { records } = situation
  const record =
    records.findLast((entry) => entry.level === 'fatal') ?? records.findLast((entry) => entry.level === 'error')
  if (!record) return undefined
  return faultDraft(situation, record, {
    mechanism: 'application_error',
    does: `(${imageOf(situation)}) ends with an error${situation.exit_code === undefined ? '' : ` (exit code ${situation.exit_code})`}`,
    said: quote(withNextLine(record, records), 170),
    confidence: 0.6,
  })
}

/** A short headline (`bootstrap checks failed`) is followed by a line without a level that says what it is about. */
function withNextLine(record: LogRecord, records: readonly LogRecord[]): string {
  const next = records[records.indexOf(record) + 1]
  const isHeadline = record.message.length < 120 && next !== undefined && next.level === undefined
  return isHeadline ? `${record.message} ${next.message}` : record.message
}

/** A startup probe that grants less than the program itself says that it needs; undefined where it does not say. */
function judgeShortStartup(situation: Situation): FindingDraft | undefined {
  const { view, pod, spec, workload, records } = situation
  const probe = spec.startupProbe
  const record = records.findLast((entry) => !/terminated|SIGTERM|shutting down|signal/i.test(entry.message))
  if (!probe || !record) return undefined
  const kill = view.eventsOf(pod).find(({ reason, message, last_seen }) => {
    const age = view.ageOf(last_seen)
    const recent = age === undefined || age <= recentMs
    return recent && reason === 'Killing' && /failed startup probe/i.test(message) && message.includes(` ${spec.name} `)
  })
  const { finished, needed, said_by } = startOfRun(situation)
  const [delay, period, tries] = [
    probe.initialDelaySeconds ?? 0,
    probe.periodSeconds ?? 10,
    probe.failureThreshold ?? 3,
  ]
  const granted = delay + period * tries
  if (!kill || finished || needed === undefined || needed <= granted) return undefined
  const wanted = Math.max(Math.ceil(needed * 1.5), needed + 15)
  return buildDraft(situation, {
    mechanism: 'startup_probe_too_short',
    record,
    statement: `${capitalize(subjectOf(situation))} needs about ${needed} s to start, but its startup probe (startupProbe) grants about ${granted} s (failureThreshold ${tries} x periodSeconds ${period}): ${quote(said_by ?? record.message, 90)}`,
    confidence: 0.92,
    confidence_reason: `the time is stated: ${said_by}`,
    evidence: [eventEvidence(kill)],
    remedies: [
      {
        kind: 'patch_probe',
        target: workload,
        params: {
          container: spec.name,
          probe: 'startup',
          periodSeconds: period,
          failureThreshold: Math.ceil((wanted - delay) / period),
        },
        reason: `a start takes about ${needed} s; a faster one is served as soon as it is up`,
        risk: 'low',
        reversible: true,
      },
    ],
  })
}

/** A binary that does not fit what it runs on: the processor, the runtime, or the libraries of its image. Another image mends it. */
function judgePlatform(situation: Situation, match: SignatureMatch): FindingDraft {
  const { says, wanted } = wordingOf(situation, match)
  const reason = `${subjectOf(situation)} ${says}`
  return buildDraft(situation, {
    mechanism: 'image_platform_mismatch',
    record: match.record,
    statement: `${capitalize(reason)}: ${quote(match.matched ?? match.said, 150)}; image ${imageOf(situation)}.`,
    confidence: 0.85,
    confidence_reason: 'the log quotes the refusal of the loader or the runtime',
    remedies: [
      ...rollback(situation, reason),
      setImage(situation, wanted, reason),
      escalate(situation, `publish an image of ${situation.workload.name} ${wanted}`, reason),
    ],
  })
}

function wordingOf(situation: Situation, { signature, facts }: SignatureMatch): { says: string; wanted: string } {
  if (signature.name === 'shared_library')
    return {
      says: `does not find the shared library ${facts.path ?? 'that it needs'} in its image`,
      wanted: `that contains ${facts.path ?? 'the library'}`,
    }
  if (signature.name === 'runtime_version')
    return {
      says: 'is built for another version of its runtime or base image than the one in the image',
      wanted: 'whose runtime and build fit each other',
    }
  const platform = platformOf(situation)
  return {
    says: `has a binary that cannot run on its node's platform${platform ? ` (architecture ${platform})` : ''}`,
    wanted: `built for the platform of the nodes${platform ? ` (${platform})` : ''}`,
  }
}

function platformOf({ view, pod }: Situation): string | undefined {
  const node = pod.spec.nodeName ? view.get('Node', undefined, pod.spec.nodeName) : undefined
  return node?.status?.nodeInfo?.architecture ?? node?.metadata.labels?.['kubernetes.io/arch']
}

function setImage({ workload, spec }: Situation, wanted: string, reason: string): Remedy {
  return {
    kind: 'set_image',
    target: workload,
    params: { container: spec.name },
    needs: [{ param: 'image', ask: `an image of ${workload.name} ${wanted}` }],
    reason,
    risk: 'medium',
    reversible: true,
  }
}

/** A port that another process of the pod holds. */
function judgePort(situation: Situation, match: SignatureMatch): FindingDraft {
  const { pod, spec, view } = situation
  const port = Number(match.facts.port ?? Number.NaN)
  const others = pod.spec.containers.filter((container) => container.name !== spec.name)
  const holder = others.find((container) => claims(container, port)) ?? (others.length === 1 ? others[0] : undefined)
  const shown = Number.isNaN(port) ? 'its port' : `port ${port}`
  const held = holder
    ? `, which container ${holder.name} of the same pod ${claims(holder, port) ? 'declares' : 'may hold'}`
    : ''
  return buildDraft(situation, {
    mechanism: 'port_conflict',
    record: match.record,
    statement: `${capitalize(subjectOf(situation))} cannot listen on ${shown} (address already in use)${held}: ${quote(match.said, 120)}`,
    confidence: holder && claims(holder, port) ? 0.95 : 0.85,
    confidence_reason: holder
      ? 'the log names the port, and containers of a pod share their ports'
      : 'the log names the port',
    evidence: holder
      ? [
          objectEvidence(
            view.snapshot,
            pod,
            `.spec.containers[?(@.name=="${holder.name}")].ports`,
            `Container ${holder.name} of pod ${pod.metadata.name} declares ${(holder.ports ?? []).map((entry) => entry.containerPort).join(', ') || 'no port'}`,
          ),
        ]
      : [],
    remedies: [otherPort(situation, port)],
  })
}

function claims(container: Container, port: number): boolean {
  return (container.ports ?? []).some((entry) => entry.containerPort === port)
}

/** The port of this container is what changes: by the variable or the argument that names it, with a free port asked for. */
function otherPort({ workload, spec, pod }: Situation, port: number): Remedy {
  const used = pod.spec.containers.flatMap((container) => (container.ports ?? []).map((entry) => entry.containerPort))
  const reason = `port ${port} is taken inside the pod`
  const ask = `a free port for container ${spec.name}${used.length > 0 ? ` (taken: ${[...new Set(used)].join(', ')})` : ''}`
  const own = new RegExp(`^(?:\\w+://)?(?:0\\.0\\.0\\.0|\\[?::\\]?|\\*)?:?${port}$`)
  const variables = (spec.env ?? []).filter((entry) => !otherUsers.test(entry.name))
  const variable =
    variables.find((entry) => own.test(entry.value ?? '')) ??
    variables.find((entry) => /(?:^|_)(?:PORT|LISTEN|BIND)(?:_ADDR\w*)?$/.test(entry.name))
  const base = { target: workload, reason, risk: 'low' as const, reversible: true }
  if (variable)
    return {
      ...base,
      kind: 'set_env',
      params: { container: spec.name, name: variable.name },
      needs: [{ param: 'value', ask }],
    }
  const field = (spec.command ?? []).some((word) => word.includes(String(port))) ? 'command' : 'args'
  return { ...base, kind: 'set_command', params: { container: spec.name }, needs: [{ param: field, ask }] }
}
