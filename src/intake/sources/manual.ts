import { z } from 'zod'
import { Severity } from '#src/domain/severity.ts'
import { optionalText, textMap } from '#src/intake/payload-fields.ts'
import { type SignalSource, fieldProblems } from '#src/intake/signal-source.ts'

const Issue = z
  .object({
    title: z.string().trim().min(1).max(500),
    description: optionalText,
    cluster: optionalText,
    namespace: optionalText,
    service: optionalText,
    resource_kind: optionalText,
    resource_name: optionalText,
    severity: Severity.nullish(),
    labels: textMap,
  })
  .meta({ title: 'What a person reports' })

/** A person's report as free text. */
export const manual: SignalSource = {
  path: '/api/issues',
  summary: 'A problem that a person has seen',
  maxMebibytes: 1,
  // A person who reports an issue needs the present state; other senders only deliver.
  wantsAnswer: true,
  payload: Issue,
  read(body) {
    const parsed = Issue.safeParse(body)
    if (!parsed.success) return { problems: fieldProblems(parsed.error) }
    const { title, description, resource_kind, resource_name, severity, ...given } = parsed.data
    return {
      drafts: [
        {
          ...given,
          source: 'manual',
          kind: resource_kind,
          name: resource_name,
          message: description ? `${title}: ${description}` : title,
          severity: severity ?? undefined,
          paths: { namespace: 'namespace', kind: 'resource_kind', name: 'resource_name' },
        },
      ],
    }
  },
}
