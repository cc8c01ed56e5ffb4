import type { SignalSource } from '../signal-draft.ts'
import { kubernetesEvent } from './kubernetes-event.ts'

/** kubernetes-event-exporter and kin: an event object without apiVersion and kind, its involvedObject enriched with labels. */
export const exportedEvent: SignalSource = {
  name: 'event_exporter',
  payload: kubernetesEvent.payload,
  recognizes: (body) => 'involvedObject' in body,
  read(body) {
    const result = kubernetesEvent.read(body)
    return 'draft' in result ? { draft: { ...result.draft, source: 'event_exporter' } } : result
  },
}
