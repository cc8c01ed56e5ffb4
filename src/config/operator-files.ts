import { z } from 'zod'
import { actionKinds } from '#src/domain/action.ts'

/* The YAML files that operators change. Every key has a default; a key that is not listed here is an error, for it is a typo. */

const allowed = <T extends z.ZodType>(schema: (error: string) => T, words: string): T => schema(words)
const whole = (min: number, max: number) =>
  allowed((error) => z.int({ error }).min(min, { error }).max(max, { error }), `a whole number from ${min} to ${max}`)
const flag = () => z.boolean({ error: 'true or false' })
const section = 'a section with keys and values'
const kind = () => z.enum(actionKinds, { error: `one of ${actionKinds.join(', ')}` })
const namespacePattern = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/
const namespace = () =>
  allowed((error) => z.string({ error }).regex(namespacePattern, { error }), 'the name of a namespace')
const list = <T extends z.ZodType>(item: T) => z.array(item, { error: 'a list' })
const allowAndDeny = <T extends z.ZodType>(item: () => T) =>
  z.strictObject({ allow: list(item()).default([]), deny: list(item()).default([]) }, { error: section }).prefault({})

/** configs/agents.yaml */
export const AgentsFile = z.strictObject(
  {
    workflow: z
      .strictObject(
        {
          max_turns: whole(1, 500).default(20),
          timeout_seconds: whole(1, 3600).default(300),
          confidence_threshold: allowed(
            (error) => z.number({ error }).min(0, { error }).max(1, { error }),
            'a number from 0 to 1',
          ).default(0.8),
          require_consensus: flag().default(false),
          human_in_loop_actions: list(kind()).default(['rollback', 'scale', 'delete_pod', 'patch_resources']),
        },
        { error: section },
      )
      .prefault({}),
  },
  { error: section },
)

/** configs/policy.yaml */
export const PolicyFile = z.strictObject(
  {
    policy: z
      .strictObject(
        {
          own_namespace: namespace().optional(),
          namespaces: allowAndDeny(namespace),
          kinds: allowAndDeny(kind),
          dry_run: flag().default(true),
          require_approval: flag().default(true),
        },
        { error: section },
      )
      .prefault({}),
  },
  { error: section },
)
