import { z } from 'zod'
import { fieldProblems } from '#src/intake/field-problems.ts'
import type { SignalSource } from '#src/intake/signal-draft.ts'
import { kubernetesEvent } from './kubernetes-event.ts'

const RoutedEvent = z
  .object({
    verb: z.enum(['ADDED', 'UPDATED', 'MODIFIED']),
    event: z.record(z.string(), z.unknown()),
  })
  .meta({ title: 'An event as eventrouter posts it' })

/** eventrouter: `{verb, event, old_event?}`, the event an event object of core/v1. */
export const routedEvent: SignalSource = {
  name: 'eventrouter',
  payload: RoutedEvent,
  recognizes: (body) => 'verb' in body && 'event' in body,
  read(body, facts) {
    const parsed = RoutedEvent.safeParse(body)
    if (!parsed.success) return { problems: fieldProblems(parsed.error) }
    const result = kubernetesEvent.read(parsed.data.event, facts)
    if ('problems' in result)
      return { problems: result.problems.map((found) => ({ ...found, path: `event.${found.path}` })) }
    if (!('drafts' in result)) return result
    return {
      drafts: result.drafts.map((draft) => {
        const { namespace, kind, name } = draft.paths
        const paths = { namespace: `event.${namespace}`, kind: `event.${kind}`, name: `event.${name}` }
        return { ...draft, source: 'event_exporter', paths }
      }),
    }
  },
}
