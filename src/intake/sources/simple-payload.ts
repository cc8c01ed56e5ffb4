import { z } from 'zod'
import { fieldProblems } from '#src/intake/field-problems.ts'
import { kindOf } from '#src/intake/kind-names.ts'
import { optionalText } from '#src/intake/payload-fields.ts'
import type { SignalSource } from '#src/intake/signal-draft.ts'

const SimplePayload = z
  .object({
    event_type: optionalText,
    namespace: optionalText,
    resource_kind: optionalText,
    resource_name: optionalText,
    event_data: z
      .object({ reason: optionalText, message: optionalText })
      .nullish()
      .transform((fields) => fields ?? {}),
  })
  .meta({ title: 'The plain shape' })

/** Our own shape, and the last resort: `{namespace, resource_kind?, resource_name?, event_type?, event_data?}`. */
export const simplePayload: SignalSource = {
  name: 'simple',
  payload: SimplePayload,
  recognizes: () => true,
  read(body) {
    const parsed = SimplePayload.safeParse(body)
    if (!parsed.success) return { problems: fieldProblems(parsed.error) }
    const { event_type, namespace, resource_kind, resource_name, event_data } = parsed.data
    const asksForAll = !resource_name || !resource_kind || kindOf(resource_kind) === 'Namespace'
    return {
      drafts: [
        {
          source: asksForAll ? 'question' : 'event',
          event_type,
          namespace,
          kind: resource_kind,
          name: resource_name,
          ...event_data,
          paths: { namespace: 'namespace', kind: 'resource_kind', name: 'resource_name' },
        },
      ],
    }
  },
}
