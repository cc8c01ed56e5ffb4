import { describe, expect, it } from 'vitest'
import { gradeAnswer } from '#src/evaluation/grade-answer.ts'
import { loadScenarios, type Verdict } from '#src/evaluation/scenario.ts'
import { dropEvents } from '#test/helpers/metamorphic/drop-events.ts'
import { dropLogs } from '#test/helpers/metamorphic/drop-logs.ts'
import { mapStrings } from '#test/helpers/metamorphic/map-strings.ts'
import { investigateRetold, loadRecording, type Transformation } from '#test/helpers/metamorphic/recording.ts'
import { transformations } from '#test/helpers/metamorphic/transformations.ts'
import { type RetoldVerdict, verdictOf } from '#test/helpers/metamorphic/verdict-of.ts'
import type { Ask } from '#test/helpers/recorded-investigation.ts'
import { scenarioFolder } from '#test/helpers/recorded-snapshot.ts'

/*
 * A recorded incident told in another way (other names, another order, more pods, another event API, noise) is the same incident:
 * outcome, roots with their mechanisms, and the first action stay, and nothing becomes harmful. Half of the tellings are asked
 * about the namespace, the other half by the newest warning.
 */

/** Where detail may be lost, and why. Even there nothing turns healthy, nothing healthy turns into an issue, nothing harms. */
const lossy: Record<string, { transform: Transformation; because: string }> = {
  'without events': {
    transform: dropEvents,
    because: 'probe failures, refusals and preemptions are told by events alone',
  },
  'without logs': { transform: dropLogs, because: 'why a program ends by itself is told by its log alone' },
}

/** A first action that may change with the telling: title and mechanism, and why. */
const otherAction: Record<string, Partial<Record<string, string>>> = {
  'DaemonSets for Deployments': {
    quota_exceeded: 'a daemon set has no count of replicas that the quota could be divided by',
  },
}

const incidents = (await loadScenarios(scenarioFolder)).map(({ name, verdict }) => {
  const recording = loadRecording(name)
  return { name, verdict, recording, text: JSON.stringify(recording) }
})
type RecordedIncident = (typeof incidents)[number]
const cases = incidents.map((incident, index) => [incident.name, incident, index] as const)
/** Of many recordings each telling takes every second or third, in turn, so that all together stay quick. */
const share = Math.ceil((incidents.length * Object.keys(transformations).length) / 1000)

/** An event as a forwarder posts it. */
interface PostedEvent {
  namespace: string
  resource_kind: string
  resource_name: string
  event_data?: { reason?: string; message?: string }
}

/** By the newest warning, where there is one. */
function askOf(verdict: Verdict): Ask {
  if (!verdict.event) return {}
  const { namespace, resource_kind: kind, resource_name: name, event_data } = verdict.event as unknown as PostedEvent
  return { namespace, resource: { kind, namespace, name }, reason: event_data?.reason, message: event_data?.message }
}

const known = new Map<string, Promise<RetoldVerdict>>()
function verdictBefore({ name, recording, verdict }: RecordedIncident, byEvent: boolean): Promise<RetoldVerdict> {
  const key = `${name} ${byEvent}`
  const before =
    known.get(key) ??
    investigateRetold(recording, byEvent ? askOf(verdict) : {}).then((decision) => verdictOf(decision))
  known.set(key, before)
  return before
}

describe.each(Object.entries(transformations))('scenarios/metamorphic %s', (title, transform) => {
  const number = Object.keys(transformations).indexOf(title)
  it('tells at least six recordings anew', () => {
    const isAnew = ({ recording, text }: RecordedIncident): boolean => {
      const retold = transform(recording)
      return retold !== undefined && JSON.stringify(retold.recording) !== text
    }
    let anew = 0
    for (const incident of incidents) if (anew < 6 && isAnew(incident)) anew++
    expect(anew).toBe(6)
  })

  const own = cases.filter(([, , index]) => (number + index) % share === 0)
  it.each(own)('leaves the verdict on %s', async (_name, incident, index) => {
    const retold = transform(incident.recording)
    if (!retold) return
    const { image = (text: string) => text } = retold
    const verdict = mapStrings(incident.verdict, image)
    const byEvent = Math.floor((number + index) / share) % 2 === 1 && !title.endsWith('for Deployments')
    const before = await verdictBefore(incident, byEvent)
    const decision = await investigateRetold(retold.recording, byEvent ? askOf(verdict) : {})
    const after = verdictOf(decision)
    const mayAct = decision.root_causes.some(({ mechanism }) => otherAction[title]?.[mechanism] !== undefined)
    const wanted = { ...before, roots: before.roots.map(image).toSorted(), action: image(before.action) }
    expect(after).toEqual(mayAct ? { ...wanted, action: after.action } : wanted)
    expect(gradeAnswer(decision, verdict).harm).toBe(false)
  })
})

describe.each(Object.entries(lossy))('scenarios/metamorphic %s', (_title, { transform }) => {
  it.each(cases)('neither calms nor harms nor alarms on %s', async (_name, incident) => {
    const before = await verdictBefore(incident, false)
    const decision = await investigateRetold(transform(incident.recording)?.recording ?? incident.recording)
    const bearable = before.outcome === 'issue' ? ['issue', 'unknown'] : ['healthy', 'recovered', 'unknown']
    expect(bearable).toContain(decision.outcome)
    expect(gradeAnswer(decision, incident.verdict).harm).toBe(false)
  })
})
