import type { Verdict } from './scenario.ts'

/** The ways of asking about one incident. */
export const waysOfAsking = ['event', 'namespace', 'symptom'] as const
export type AskedBy = (typeof waysOfAsking)[number]

/** A way that the recording allows: where there was no event, a person's sentence takes its place. */
export function possibleWay(verdict: Verdict, way: AskedBy): AskedBy {
  return way === 'event' && !verdict.event ? 'symptom' : way
}

/** The body of POST /decide for a way of asking. */
export function questionFor(verdict: Verdict, way: AskedBy): Record<string, unknown> {
  const { namespace } = verdict
  const everything = { namespace, resource_kind: 'Namespace', resource_name: namespace }
  if (way === 'namespace') return everything
  if (way === 'event' && verdict.event) return verdict.event
  return { ...everything, event_data: { message: verdict.symptom } }
}
