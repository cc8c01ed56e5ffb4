import type { SignalSource } from '#src/intake/signal-draft.ts'
import { kubernetesEvent } from './kubernetes-event.ts'

/** kubernetes-event-exporter and kin: an event object without apiVersion and kind, its involvedObject enriched with labels. */
export const exportedEvent: SignalSource = {
  name: 'event_exporter',
  payload: kubernetesEvent.payload,
  recognizes: (body) => 'involvedObject' in body,
  read(body, facts) {
    const result = kubernetesEvent.read(body, facts)
    if (!('drafts' in result)) return result
    return { drafts: result.drafts.map((draft) => ({ ...draft, source: 'event_exporter' })) }
  },
}
