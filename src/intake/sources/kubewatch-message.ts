import { z } from 'zod'
import { fieldProblems } from '#src/intake/field-problems.ts'
import { optionalText, optionalTime } from '#src/intake/payload-fields.ts'
import type { SignalSource } from '#src/intake/signal-draft.ts'

const KubewatchMessage = z
  .object({
    eventmeta: z.object({ kind: optionalText, name: optionalText, namespace: optionalText, reason: optionalText }),
    text: optionalText,
    time: optionalTime,
  })
  .meta({ title: 'A message of kubewatch' })

/** kubewatch's webhook: `{eventmeta: {kind, name, namespace, reason}, text, time}`; its name may read `namespace/name`. */
export const kubewatchMessage: SignalSource = {
  name: 'kubewatch',
  payload: KubewatchMessage,
  recognizes: (body) => 'eventmeta' in body,
  read(body) {
    const parsed = KubewatchMessage.safeParse(body)
    if (!parsed.success) return { problems: fieldProblems(parsed.error) }
    const { eventmeta, text, time } = parsed.data
    const [name, namespace] = (eventmeta.name ?? '').split('/', 2).toReversed()
    return {
      drafts: [
        {
          source: 'event_exporter',
          namespace: eventmeta.namespace ?? namespace,
          kind: eventmeta.kind,
          name: name || undefined,
          reason: eventmeta.reason,
          message: text,
          observed_at: time,
          paths: { namespace: 'eventmeta.namespace', kind: 'eventmeta.kind', name: 'eventmeta.name' },
        },
      ],
    }
  },
}
