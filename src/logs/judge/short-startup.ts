import type { FindingDraft } from '#src/domain/finding.ts'
import { eventEvidence } from '#src/domain/evidence-draft.ts'
import { buildDraft } from './build-draft.ts'
import type { Situation } from './situation.ts'
import { startOfRun } from './start-of-run.ts'
import { words } from './words.ts'

const recentMs = 900_000

/** A startup probe that grants less than the program itself says that it needs; undefined where it does not say. */
export function judgeShortStartup(situation: Situation): FindingDraft | undefined {
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
    statement: `${words.capital(words.subject(situation))} needs about ${needed} s to start, but its startup probe (startupProbe) grants about ${granted} s (failureThreshold ${tries} x periodSeconds ${period}): ${words.quote(said_by ?? record.message, 90)}`,
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
