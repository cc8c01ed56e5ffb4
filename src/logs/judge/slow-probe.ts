import { eventEvidence, objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { Probe } from '#src/domain/kubernetes/objects.ts'
import type { LogRecord } from '#src/logs/log-record.ts'
import { buildDraft } from './build-draft.ts'
import { escalate } from './remedies.ts'
import type { Situation } from './situation.ts'
import { capitalize, quote, subjectOf } from './words.ts'

const kinds = ['liveness', 'readiness', 'startup'] as const

type ProbeKind = (typeof kinds)[number]

const recentMs = 900_000

/** What takes longer than this is no slow answer but a hang. */
const longestSeconds = 30

const inTime = /deadline exceeded|Client\.Timeout|timeout|timed out/i

interface Impatience {
  kind: ProbeKind
  probe: Probe
  event: ClusterEvent
  times: HealthTime[]
  slowest: HealthTime
  timeout: number
}

/** One answer of a health endpoint, as the program's own log times it. */
interface HealthTime {
  record: LogRecord
  seconds: number
}

/** Programs call the endpoint by many names; where the line holds a path, the path decides. */
const healthWords =
  /\b(?:health|liveness|readiness|ready|live|startup)[ _-]?(?:checks?|probes?|z|endpoint|handler)\b|\/(?:healthz?|livez?|readyz?|liveness|readiness|ping|up|status)\b/i

const anyPath = /(?:^|[\s"'=|(])(?:https?:\/\/[^/\s"']+)?(\/[\w./-]*)/

const failedStatus = /(?:^|[\s"|=])5\d\d(?=$|[\s"|,])/

const units: Record<string, number> = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1 }

const withUnit =
  /(?<before>[\w ]{0,14}[=:( ])?(?<![\w.])"?(?<amount>\d+(?:\.\d+)?) ?(?<unit>ns|us|µs|ms|millis(?:econds)?|msec|s|secs?|seconds?)\b/gi

/** A number beside such a word is a setting and no measurement. */
const setting =
  /\b(?:timeout|every|interval|period|limit|threshold|budget|within|deadline|max|retry in|next in)[\w ]*[=:( ]*$/i

const named =
  /\b(?:duration|latency|elapsed|took|cost|rt|time_?taken|(?:response|request|total|process\w*)_?time|request_duration|duration_?ms|latency_?ms|elapsed_?ms|elapsed_?milliseconds|took_?ms|responseTime|time_?ms|ms|duration_?s(?:econds)?|elapsed_?s(?:econds)?|latency_?s(?:econds)?)["']?[=: ]{1,2}"?(?<amount>\d+(?:\.\d+)?)(?![\w.])/gi

/** nginx and its like write the time last, in seconds with three digits. */
const trailing = /" \d{3} \d+(?: "[^"]*")* (?<amount>\d+\.\d{3})(?![\d.])/

/**
 * A probe that gives up before the program's own health endpoint has answered: events tell that it timed out, and the log tells
 * how long the answer took. Undefined where either is missing: a program that does not answer at all is another matter.
 */
export function judgeSlowProbe(situation: Situation): FindingDraft | undefined {
  for (const kind of kinds) {
    const impatience = impatienceOf(situation, kind)
    if (impatience) return describe(situation, impatience)
  }
  return undefined
}

function impatienceOf(situation: Situation, kind: ProbeKind): Impatience | undefined {
  const { view, pod, spec, records } = situation
  const probe = spec[`${kind}Probe`]
  const event = probe && view.eventsOf(pod).find((each) => isTimeout(each, kind, situation))
  if (!probe || !event) return undefined
  const timeout = probe.timeoutSeconds ?? 1
  const times = readHealthTimes(records, probe.httpGet?.path)
  const [slowest] = times
    .filter(({ seconds }) => seconds >= timeout && seconds <= longestSeconds)
    .toSorted((left, right) => right.seconds - left.seconds)
  return slowest && { kind, probe, event, times, slowest, timeout }
}

function isTimeout({ reason, message, last_seen, regarding }: ClusterEvent, kind: ProbeKind, situation: Situation) {
  const age = situation.view.ageOf(last_seen)
  const about = regarding.fieldPath
  const isRecent = (age === undefined || age <= recentMs) && (!about || about.includes(`{${situation.spec.name}}`))
  const starts = new RegExp(`^${kind} probe (?:failed|errored)`, 'i')
  return isRecent && reason === 'Unhealthy' && starts.test(message) && inTime.test(message)
}

function describe(situation: Situation, { kind, probe, event, times, slowest, timeout }: Impatience): FindingDraft {
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
    statement: `${capitalize(subjectOf(situation))} answers its ${endpoint} in up to ${seconds} s (${late} of ${times.length} times over ${timeout} s), but its ${kind} probe waits only ${set}: ${quote(slowest.record.message, 80)}`,
    confidence: late * 2 >= times.length ? 0.92 : 0.8,
    confidence_reason: "the program's own log times the answer, and events tell that the probe timed out",
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
      {
        kind: 'patch_probe',
        target: workload,
        params: { container: spec.name, probe: kind, timeoutSeconds: wanted },
        reason: `its health endpoint takes up to ${seconds} s, and the probe gives up after ${timeout} s`,
        risk: 'low',
        reversible: true,
      },
      escalate(
        situation,
        `why does the ${endpoint} of container ${spec.name} take ${seconds} s?`,
        'a health endpoint should answer at once',
      ),
    ],
  })
}

/** How long the health endpoint took, each time that a record tells it. `path`: what the probe asks; absent where it asks none. */
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
  const said = anyPath.exec(text)?.[1]
  if (said !== undefined && asked !== undefined && asked !== '/' && asked.length > 1)
    return new RegExp(`${asked.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}(?![\\w/-])`).test(text)
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

/** Where no unit is written, the name or the size tells it: nobody counts a request in hundreds of seconds. */
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
