import type { Remedy } from '#src/domain/action.ts'
import { eventEvidence } from '#src/domain/evidence-draft.ts'
import type { EvidenceDraft } from '#src/domain/evidence.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { ClusterEvent } from '#src/domain/kubernetes/event.ts'
import type { LogRecord } from '#src/logs/log-record.ts'
import { matchRecord } from '#src/logs/signatures/match-record.ts'
import { escalate, patchProbe } from '#src/rules/kit/actions.ts'
import { buildDraft, capitalize, imageOf, quote, subjectOf, subjectWithImage } from './draft.ts'
import { backToGoodRevision, recentEvents, type Situation } from './situation.ts'

/** The kubelet kills the container because its liveness probe fails. */
interface LivenessKills {
  /** Seconds from the start of a container to its kill. */
  budget: number
  /** The probe timed out or got a server error; a refused connection or a 404 is no hang. */
  timed_out: boolean
  evidence: EvidenceDraft[]
}

/**
 * A container that is killed for its liveness probe: it had started and then hung, or the probe leaves it no time to start.
 * Undefined where the log shows neither: then the probe itself may be wrong, which the rules about probes judge.
 */
export function judgeLiveness(situation: Situation): FindingDraft | undefined {
  const kills = livenessKills(situation)
  const last = situation.records.at(-1)
  if (!kills || !last) return undefined
  const start = startOfRun(situation)
  const stuck = situation.records.findLast((record) =>
    matchRecord(record).some((match) => match.signature.family === 'stuck'),
  )
  if (stuck || (start.finished && kills.timed_out))
    return hang(situation, kills, stuck ?? lastBeforeStop(situation) ?? last)
  if (start.finished || situation.spec.startupProbe || hasServed(situation, kills.budget)) return undefined
  return tooAggressive(situation, kills, { start, record: lastBeforeStop(situation) ?? last })
}

/** A run that lasted much longer than the probe allows for a start has answered probes in between, so it had started. */
function hasServed({ status, spec, pod }: Situation, budget: number): boolean {
  const ended = status.state?.terminated ?? status.lastState?.terminated
  const ranSeconds = (Date.parse(ended?.finishedAt ?? '') - Date.parse(ended?.startedAt ?? '')) / 1000
  const grace = pod.spec.terminationGracePeriodSeconds ?? 30
  return ranSeconds > budget + grace + 2 * (spec.livenessProbe?.periodSeconds ?? 10)
}

/** The last record before the signal to stop. */
function lastBeforeStop({ records }: Situation): LogRecord | undefined {
  return records.findLast((record) => !/terminated|SIGTERM|shutting down|signal/i.test(record.message))
}

function hang(situation: Situation, kills: LivenessKills, record: LogRecord): FindingDraft {
  const reason = 'the program hangs and its liveness probe kills it'
  return buildDraft(situation, {
    mechanism: 'application_hang',
    record,
    statement: `${capitalize(subjectWithImage(situation))} starts, then hangs, and the kubelet kills it for its failed liveness probe: ${quote(record.message, 140)}`,
    confidence: kills.timed_out ? 0.9 : 0.75,
    confidence_reason: 'events report liveness kills, and the log shows a start and then no progress',
    evidence: kills.evidence,
    remedies: [
      ...backToGoodRevision(situation),
      escalate(
        situation.view,
        situation.workload,
        `find the hang of ${imageOf(situation)}: ${quote(record.message, 160)}`,
        reason,
      ),
    ],
  })
}

function tooAggressive(
  situation: Situation,
  kills: LivenessKills,
  { start, record }: { start: StartOfRun; record: LogRecord },
): FindingDraft | undefined {
  if (start.needed !== undefined && start.needed <= kills.budget) return undefined
  const probe = situation.spec.livenessProbe ?? {}
  const needs = start.needed === undefined ? 'had not finished starting' : `needs about ${start.needed} s to start`
  const rule = `initialDelaySeconds ${probe.initialDelaySeconds ?? 0} + ${probe.failureThreshold ?? 3} x periodSeconds ${probe.periodSeconds ?? 10}`
  return buildDraft(situation, {
    mechanism: 'liveness_too_aggressive',
    record,
    statement: `${capitalize(subjectOf(situation))} ${needs}, but its liveness probe kills it after about ${kills.budget} s (${rule}) and there is no startupProbe: ${quote(record.message, 90)}`,
    confidence: start.needed === undefined ? 0.7 : 0.92,
    confidence_reason: start.stated_in
      ? `the time is stated in: ${start.stated_in}`
      : 'it was killed before its log reported a finished start',
    evidence: kills.evidence,
    remedies: moreTime(situation, kills.budget, start.needed),
  })
}

/** One and a half times the start, at least 15 s more; where its length is not known, it is asked for. */
function moreTime(situation: Situation, budget: number, needed: number | undefined): Remedy[] {
  const { spec, workload } = situation
  const period = spec.livenessProbe?.periodSeconds ?? 10
  const wanted = needed === undefined ? undefined : Math.max(Math.ceil(needed * 1.5), needed + 15)
  const ask = `how many seconds container ${spec.name} may take to start (more than ${budget})`
  return [
    patchProbe(
      workload,
      {
        container: spec.name,
        probe: 'startup',
        add: true,
        periodSeconds: period,
        ...(wanted === undefined ? {} : { failureThreshold: Math.ceil(wanted / period) }),
      },
      {
        reason: 'with a startup probe, the liveness probe begins only after the program has started',
        ...(wanted === undefined ? { needs: [{ param: 'failureThreshold', ask }] } : {}),
      },
    ),
    patchProbe(
      workload,
      {
        container: spec.name,
        probe: 'liveness',
        ...(wanted === undefined ? {} : { initialDelaySeconds: Math.ceil(wanted / 5) * 5 }),
      },
      {
        reason: 'the liveness probe begins before the program has started',
        ...(wanted === undefined ? { needs: [{ param: 'initialDelaySeconds', ask }] } : {}),
      },
    ),
  ]
}

/** Recent liveness kills of this container; undefined where there are none. */
function livenessKills(situation: Situation): LivenessKills | undefined {
  const probe = situation.spec.livenessProbe
  if (!probe) return undefined
  const events = recentEvents(situation)
  const kill = killFor(situation, 'liveness')
  if (!kill) return undefined
  const failure = events.find(
    (event) => event.reason === 'Unhealthy' && /^Liveness probe (?:failed|errored)/i.test(event.message),
  )
  return {
    budget: (probe.initialDelaySeconds ?? 0) + (probe.periodSeconds ?? 10) * (probe.failureThreshold ?? 3),
    timed_out: /deadline exceeded|timeout|timed out|statuscode: 5\d\d/i.test(failure?.message ?? ''),
    evidence: [kill, ...(failure ? [failure] : [])].map(eventEvidence),
  }
}

/** The event of a kill of this container for a failed probe. */
function killFor(situation: Situation, probe: 'liveness' | 'startup'): ClusterEvent | undefined {
  return recentEvents(situation).find(
    ({ reason, message }) =>
      reason === 'Killing' &&
      message.toLowerCase().includes(`failed ${probe} probe`) &&
      message.includes(` ${situation.spec.name} `),
  )
}

/** A startup probe that allows less time than the program says it needs; undefined where the program does not say. */
export function judgeShortStartup(situation: Situation): FindingDraft | undefined {
  const { spec, workload } = situation
  const probe = spec.startupProbe
  const record = lastBeforeStop(situation)
  if (!probe || !record) return undefined
  const kill = killFor(situation, 'startup')
  const { finished, needed, stated_in } = startOfRun(situation)
  const [delay, period, tries] = [
    probe.initialDelaySeconds ?? 0,
    probe.periodSeconds ?? 10,
    probe.failureThreshold ?? 3,
  ]
  const allowed = delay + period * tries
  if (!kill || finished || needed === undefined || needed <= allowed) return undefined
  const wanted = Math.max(Math.ceil(needed * 1.5), needed + 15)
  return buildDraft(situation, {
    mechanism: 'startup_probe_too_short',
    record,
    statement: `${capitalize(subjectOf(situation))} needs about ${needed} s to start, but its startup probe (startupProbe) allows about ${allowed} s (failureThreshold ${tries} x periodSeconds ${period}): ${quote(stated_in ?? record.message, 90)}`,
    confidence: 0.92,
    confidence_reason: `the time is stated in: ${stated_in}`,
    evidence: [eventEvidence(kill)],
    remedies: [
      patchProbe(
        workload,
        {
          container: spec.name,
          probe: 'startup',
          periodSeconds: period,
          failureThreshold: Math.ceil((wanted - delay) / period),
        },
        { reason: `a start takes about ${needed} s; the probe succeeds as soon as the program is up` },
      ),
    ],
  })
}

const startFinished =
  /\b(?:listening (?:on|at)|server (?:is )?(?:started|running|ready|up)|started (?:server|application|\w+Application|in \d)|Started \w+ in|ready to (?:accept|serve|handle)|accepting connections|Uvicorn running|Application startup complete|Now listening on|startup complete|Booting worker|serving (?:on|at|http|requests)|is ready\b|Tomcat started|Netty started|Listening at)/i
const startDuration =
  /\b(?:warm\w*|(?:pre)?load\w*|initiali[sz]\w*|start\w*|boot\w*|prepar\w*|build\w*|restor\w*|replay\w*|recover\w*|compil\w*|index\w*|sync\w*|hydrat\w*|fetch\w*|read\w*|estimated?|eta|expect\w*|takes?|about|approx\w*)\b[^\n]{0,60}?(?<![\w.])(?<amount>\d+(?:\.\d+)?) ?(?:(?<unit>ms|millis(?:econds)?|s|secs?|seconds?|m|mins?|minutes?)\b|m(?<rest>\d+)s\b)/i
/** A finished step states its own duration, and not that of the start. */
const stepDuration =
  /\b(?:loaded|started|initiali[sz]ed|restored|compiled|built|synced|finished|completed|done|ready)\b[^\n]{0,40}? (?:in|after|within) \d|\b(?:took|every|interval|timeout|retry\w*|retries)\b[^\n]{0,20}?\d/i
const startVariable =
  /(?:WARM\w*|START\w*|BOOT\w*|INIT\w*|PRELOAD\w*)(?:SECONDS?|SECS?|DELAY|DURATION|TIME|_S|_MS|MILLIS)?$/
const startOption = /^--?(?:warm\w*|start\w*|boot|init|preload)[\w-]*(?:=|$)/i

/** Whether the run finished its start, and how long a start takes where the log or the settings state it. */
interface StartOfRun {
  finished: boolean
  /** Seconds. */
  needed?: number
  /** Where `needed` is written. */
  stated_in?: string
}

/** Reads the start of a run from its records, else from the settings of the container. */
function startOfRun(situation: Situation): StartOfRun {
  const isFinished = situation.records.some((record) => startFinished.test(record.message))
  const stated = situation.records.flatMap(({ message }) => {
    const groups = stepDuration.test(message) ? undefined : startDuration.exec(message)?.groups
    return groups ? [{ needed: seconds(groups), stated_in: message.slice(0, 80) }] : []
  })
  const [longest] = stated.toSorted((left, right) => right.needed - left.needed)
  return { finished: isFinished, ...(longest ?? fromSettings(situation)) }
}

function fromSettings({ spec }: Situation): Pick<StartOfRun, 'needed' | 'stated_in'> {
  const words = [...(spec.command ?? []), ...(spec.args ?? [])].filter((word) => startOption.test(word))
  const settings = [
    ...(spec.env ?? []).flatMap(({ name, value }) =>
      startVariable.test(name) && value ? [[name, value] as const] : [],
    ),
    ...words.map((word) => word.split('=') as [string, string?]),
  ]
  for (const [name, value = ''] of settings) {
    const plain = /^(?<amount>\d+(?:\.\d+)?) ?(?:(?<unit>ms|s|secs?|seconds?|m|mins?|minutes?)?|m(?<rest>\d+)s)$/i
    const groups = plain.exec(value)?.groups
    if (!groups) continue
    const unit = groups['unit'] ?? (/(?:_MS|MILLIS)$/.test(name) ? 'ms' : undefined)
    const needed = seconds({ ...groups, unit })
    if (needed > 0) return { needed, stated_in: `${name}=${value}` }
  }
  return {}
}

function seconds({ amount, unit, rest }: Record<string, string | undefined>): number {
  if (rest !== undefined) return Number(amount) * 60 + Number(rest)
  const word = unit?.toLowerCase() ?? 's'
  if (word.startsWith('ms') || word.startsWith('milli')) return Math.ceil(Number(amount) / 1000)
  return Math.ceil(Number(amount) * (word.startsWith('m') ? 60 : 1))
}
