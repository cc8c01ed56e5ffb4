import { z } from 'zod'
import { isRecord } from '#src/util/is-record.ts'
import { mostItems } from '#src/intake/payload-fields.ts'
import type { DeliveryFacts, DraftResult, FieldProblem, SignalDraft, SignalSource } from '#src/intake/signal-draft.ts'
import { exportedEvent } from './exported-event.ts'
import { kubernetesEvent } from './kubernetes-event.ts'
import { kubewatchMessage } from './kubewatch-message.ts'
import { routedEvent } from './routed-event.ts'

const shapes: readonly SignalSource[] = [routedEvent, kubewatchMessage, kubernetesEvent, exportedEvent]
const event = z.union([kubernetesEvent.payload, routedEvent.payload, kubewatchMessage.payload])

/** Events of Kubernetes as the API server or an exporter gives them: one, a list, or an EventList. */
export const kubernetesBatch: SignalSource = {
  name: 'kubernetes',
  payload: z
    .union([event, z.array(event).max(mostItems), z.object({ items: z.array(event).max(mostItems) })])
    .meta({ title: 'Events of Kubernetes: one, a list, or an EventList' }),
  recognizes: (body) => shapes.some((shape) => shape.recognizes(body)),
  read(body, facts) {
    if (Array.isArray(body)) return readAll(body, '', facts)
    if (isRecord(body) && Array.isArray(body['items'])) return readAll(body['items'], 'items.', facts)
    return readOne(body, '', facts)
  },
}

function readAll(items: readonly unknown[], path: string, facts: DeliveryFacts): DraftResult {
  if (items.length > mostItems)
    return {
      problems: [{ path: path.replace('.', ''), problem: 'is too long', allowed: `at most ${mostItems} items` }],
    }
  const drafts: SignalDraft[] = []
  const problems: FieldProblem[] = []
  for (const [index, item] of items.entries()) {
    const result = readOne(item, `${path}${index}.`, facts)
    if ('problems' in result) problems.push(...result.problems)
    else if ('drafts' in result) drafts.push(...result.drafts)
  }
  return problems.length > 0 ? { problems } : { drafts }
}

function readOne(item: unknown, prefix: string, facts: DeliveryFacts): DraftResult {
  const shape = isRecord(item) ? shapes.find((candidate) => candidate.recognizes(item)) : undefined
  if (!shape) {
    const path = prefix.replace(/\.$/, '')
    return {
      problems: [
        { path, problem: 'is no event of a known shape', allowed: 'an Event object, or one as exporters post it' },
      ],
    }
  }
  const result = shape.read(item, facts)
  if ('problems' in result)
    return { problems: result.problems.map((found) => ({ ...found, path: `${prefix}${found.path}` })) }
  if (!('drafts' in result)) return result
  return { drafts: result.drafts.map((draft) => ({ ...draft, paths: prefixed(draft.paths, prefix) })) }
}

function prefixed({ namespace, kind, name }: SignalDraft['paths'], prefix: string): SignalDraft['paths'] {
  return { namespace: `${prefix}${namespace}`, kind: `${prefix}${kind}`, name: `${prefix}${name}` }
}
