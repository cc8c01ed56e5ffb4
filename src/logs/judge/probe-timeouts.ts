import type { Remedy } from '#src/domain/action.ts'
import { eventEvidence, objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { Probe } from '#src/domain/kubernetes/objects.ts'
import { parseQuantity } from '#src/domain/kubernetes/quantity.ts'
import type { LogRecord } from '#src/logs/log-record.ts'
import { matchRecord } from '#src/logs/signatures/match-record.ts'
import { escalate, patchProbe, patchResources } from '#src/rules/kit/actions.ts'
import { buildDraft, capitalize, quote, subjectOf } from './draft.ts'
import { recentEvents, type Situation } from './situation.ts'

const kinds = ['liveness', 'readiness', 'startup'] as const

type ProbeKind = (typeof kinds)[number]

/** An answer that takes longer is a hang. */
const maxAnswerSeconds = 30

/** A probe whose timeout is shorter than the answers of the health endpoint. */
interface ShortTimeout {
  kind: ProbeKind
  probe: Probe
  event: ClusterEvent
  times: HealthTime[]
  slowest: HealthTime
  timeout: number
}

/** One answer of a health endpoint, with the time that the program's log records for it. */
interface HealthTime {
  record: LogRecord
  seconds: number
}

/** Names of the endpoint for lines without a path; where the line has a path, the path decides. */
const healthWords =
  /\b(?:health|liveness|readiness|ready|live|startup)[ _-]?(?:checks?|probes?|z|endpoint|handler)\b|\/(?:healthz?|livez?|readyz?|liveness|readiness|ping|up|status)\b/i

const anyPath = /(?:^|[\s"'=|(])(?:https?:\/\/[^/\s"']+)?(\/[\w./-]*)/

const failedStatus = /(?:^|[\s"|=])5\d\d(?=$|[\s"|,])/

const units: Record<string, number> = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1 }

const withUnit =
  /(?<before>[\w ]{0,14}[=:( ])?(?<![\w.])"?(?<amount>\d+(?:\.\d+)?) ?(?<unit>ns|us|µs|ms|millis(?:econds)?|msec|s|secs?|seconds?)\b/gi

/** A number after such a word is a setting and not a measurement. */
const setting =
  /\b(?:timeout|every|interval|period|limit|threshold|budget|within|deadline|max|retry in|next in)[\w ]*[=:( ]*$/i

const named =
  /\b(?:duration|latency|elapsed|took|cost|rt|time_?taken|(?:response|request|total|process\w*)_?time|request_duration|duration_?ms|latency_?ms|elapsed_?ms|elapsed_?milliseconds|took_?ms|responseTime|time_?ms|ms|duration_?s(?:econds)?|elapsed_?s(?:econds)?|latency_?s(?:econds)?)["']?[=: ]{1,2}"?(?<amount>\d+(?:\.\d+)?)(?![\w.])/gi

/** nginx writes the time last, in seconds with three digits. */
const trailing = /" \d{3} \d+(?: "[^"]*")* (?<amount>\d+\.\d{3})(?![\d.])/

/**
 * A probe whose timeout ends before the health endpoint of the program answers: events report the timeout, and the log records how
 * long the answer took. Undefined where either is missing, because a program that does not answer at all is another fault.
 */
export function judgeSlowProbe(situation: Situation): FindingDraft | undefined {
  for (const kind of kinds) {
    const short = shortTimeoutOf(situation, kind)
    if (short) return describe(situation, short)
  }
  return undefined
}

function shortTimeoutOf(situation: Situation, kind: ProbeKind): ShortTimeout | undefined {
  const { spec, records } = situation
  const probe = spec[`${kind}Probe`]
  const event = probe && probeTimeouts(situation).find(({ message }) => message.toLowerCase().startsWith(kind))
  if (!probe || !event) return undefined
  const timeout = probe.timeoutSeconds ?? 1
  const times = readHealthTimes(records, probe.httpGet?.path)
  const [slowest] = times
    .filter(({ seconds }) => seconds >= timeout && seconds <= maxAnswerSeconds)
    .toSorted((left, right) => right.seconds - left.seconds)
  return slowest && { kind, probe, event, times, slowest, timeout }
}

/** Recent events that report a timeout of a probe of the container. */
function probeTimeouts(situation: Situation): ClusterEvent[] {
  return recentEvents(situation).filter(
    ({ reason, message }) =>
      reason === 'Unhealthy' &&
      /^(?:Liveness|Readiness|Startup) probe (?:failed|errored)/i.test(message) &&
      /deadline exceeded|timed? ?out/i.test(message),
  )
}

function describe(situation: Situation, { kind, probe, event, times, slowest, timeout }: ShortTimeout): FindingDraft {
  const { view, pod, spec, workload } = situation
  const index = pod.spec.containers.findIndex(({ name }) => name === spec.name)
  const seconds = Math.round(slowest.seconds * 100) / 100
  const late = times.filter((time) => time.seconds >= timeout).length
  const wanted = Math.max(timeout + 1, Math.ceil(slowest.seconds * 1.5))
  const endpoint = probe.httpGet?.path ? `health endpoint ${probe.httpGet.path}` : 'health check'
  const set = probe.timeoutSeconds === undefined ? 'the default timeoutSeconds 1' : `timeoutSeconds ${timeout}`
  return buildDraft(situation, {
    mechanism: 'probe_timeout_too_short',
    record: slowest.record,
    statement: `${capitalize(subjectOf(situation))} answers its ${endpoint} in up to ${seconds} s (${late} of ${times.length} times over ${timeout} s), but its ${kind} probe waits only for ${set}: ${quote(slowest.record.message, 80)}`,
    confidence: late * 2 >= times.length ? 0.92 : 0.8,
    confidence_reason:
      'the log of the program records how long the answer took, and events report that the probe timed out',
    evidence: [
      eventEvidence(event),
      objectEvidence(
        view.snapshot,
        pod,
        `.spec.containers[${index}].${kind}Probe.timeoutSeconds`,
        `${kind} probe: ${set}, periodSeconds ${probe.periodSeconds ?? 10}; slowest answer ${seconds} s`,
      ),
    ],
    remedies: [
      patchProbe(
        workload,
        { container: spec.name, probe: kind, timeoutSeconds: wanted },
        { reason: `its health endpoint takes up to ${seconds} s, and the probe times out after ${timeout} s` },
      ),
      escalate(
        situation.view,
        situation.workload,
        `why does the ${endpoint} of container ${spec.name} take ${seconds} s?`,
        'a health endpoint should answer at once',
      ),
    ],
  })
}

/** How long the health endpoint took, for each record that says so. `path`: the path of an HTTP probe. */
function readHealthTimes(records: readonly LogRecord[], path: string | undefined): HealthTime[] {
  return records.flatMap((record) => {
    const text = record.text.slice(0, 1000)
    if (!isAboutHealth(text, path) || failedStatus.test(text)) return []
    const times = [...timesWithUnit(text), ...timesByName(text), ...timeAtEnd(text)].filter((value) => value > 0)
    return times.length === 0 ? [] : [{ record, seconds: Math.max(...times) }]
  })
}

function isAboutHealth(text: string, path: string | undefined): boolean {
  const asked = path?.split('?')[0]
  const logged = anyPath.exec(text)?.[1]
  if (logged !== undefined && asked !== undefined && asked !== '/' && asked.length > 1)
    return new RegExp(`${RegExp.escape(asked)}(?![\\w/-])`).test(text)
  return healthWords.test(text)
}

function timesWithUnit(text: string): number[] {
  return [...text.matchAll(withUnit)].flatMap(({ groups }) => {
    const { before = '', amount, unit = '' } = groups ?? {}
    if (setting.test(before)) return []
    const name = /^milli|^msec/i.test(unit) ? 'ms' : /^s/i.test(unit) ? 's' : unit.toLowerCase()
    return [Number(amount) * (units[name] ?? Number.NaN)].filter((value) => !Number.isNaN(value))
  })
}

/** Without a written unit the name or the size of the number decides: no request takes hundreds of seconds. */
function timesByName(text: string): number[] {
  return [...text.matchAll(named)].flatMap(({ 0: whole, groups }) => {
    const amount = Number(groups?.['amount'])
    if (/ms["']?[=: ]|millis|responseTime/i.test(whole)) return [amount / 1000]
    if (/_?s(?:econds)?["']?[=: ]/i.test(whole) && /duration_?s|elapsed_?s|latency_?s/i.test(whole)) return [amount]
    if (amount >= 100) return [amount / 1000]
    return whole.includes('.') ? [amount] : []
  })
}

function timeAtEnd(text: string): number[] {
  const amount = trailing.exec(text)?.groups?.['amount']
  return amount === undefined ? [] : [Number(amount)]
}

/** In cores. With less, hardly any server answers a probe in time. */
const starvedBelowCores = 0.1
/** How runtimes and agents report CPU throttling. */
const throttled = /\bCPU\b[^\n]{0,20}\bthrottl|\bthrottl\w*[^\n]{0,30}\bCPU\b|\bnr_throttled\b|\bcfs[_ ]quota\b/i

/**
 * A CPU limit that keeps a program from answering its probes in time: the log reports throttling, or the limit is very small and the
 * log shows no hang. The kubelet itself reports only the timeouts.
 */
export function judgeCpuStarved(situation: Situation): FindingDraft | undefined {
  const { spec, records, view, pod } = situation
  const limit = spec.resources?.limits?.['cpu']
  const cores = parseQuantity(limit)
  const last = records.at(-1)
  const timeouts = probeTimeouts(situation)
  // A failed liveness probe restarts the container, a failed readiness probe only takes it out of the Service.
  const timeout = timeouts.find((event) => event.message.startsWith('Liveness')) ?? timeouts[0]
  if (!limit || cores === undefined || !timeout || !last) return undefined
  const report = records.findLast((record) => throttled.test(record.message))
  const isStuck = records.some((record) => matchRecord(record).some(({ signature }) => signature.family === 'stuck'))
  if (!report && (cores > starvedBelowCores || isStuck)) return undefined
  const kind = /^(\w+) probe/i.exec(timeout.message)?.[1]?.toLowerCase() ?? 'liveness'
  const reason = `a CPU limit of ${limit} is too low to answer the ${kind} probe in time`
  return buildDraft(situation, {
    mechanism: 'cpu_starved',
    record: report ?? last,
    statement: `${capitalize(subjectOf(situation))} does not answer its ${kind} probe in time (timeoutSeconds ${probeOf(situation, kind)?.timeoutSeconds ?? 1}) because its CPU limit of ${limit} throttles it${report ? `: ${quote(report.message, 110)}` : '; its log shows no hang'}`,
    confidence: report ? 0.85 : 0.65,
    confidence_reason: report
      ? 'the log reports the throttling, and events report the timeouts'
      : 'the limit is very small; without CPU metrics a hang cannot be ruled out',
    evidence: [
      eventEvidence(timeout),
      objectEvidence(
        view.snapshot,
        pod,
        `.spec.containers[?(@.name=="${spec.name}")].resources.limits.cpu`,
        `CPU limit of container ${spec.name} is ${limit}`,
      ),
    ],
    remedies: [moreCpu(situation, cores, reason), moreTime(situation, kind, reason)],
  })
}

function probeOf({ spec }: Situation, kind: string) {
  return kind === 'readiness' ? spec.readinessProbe : kind === 'startup' ? spec.startupProbe : spec.livenessProbe
}

function moreCpu({ workload, spec }: Situation, cores: number, reason: string): Remedy {
  const cpu = `${Math.max(Math.ceil(cores * 5000), 250)}m`
  return patchResources(workload, { container: spec.name, limits: { cpu } }, { reason })
}

function moreTime(situation: Situation, kind: string, reason: string): Remedy {
  const probe = kind === 'readiness' || kind === 'startup' ? kind : 'liveness'
  const timeoutSeconds = Math.max((probeOf(situation, kind)?.timeoutSeconds ?? 1) * 3, 5)
  return patchProbe(
    situation.workload,
    { container: situation.spec.name, probe, timeoutSeconds },
    { reason: `${reason}; until the limit is raised, the probe needs a longer timeout` },
  )
}
