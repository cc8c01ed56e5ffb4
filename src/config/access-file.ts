import { z } from 'zod'
import { Role } from '#src/domain/role.ts'

/* configs/access.yaml: who may call. What is secret does not stand in it: tokens as hashes, vendors' secrets by where they are. */

const section = 'a section with keys and values'
const list = 'a list'
const nameWords = '1 to 64 letters, digits, ".", "_", "@", "/" or "-", starting with a letter or digit'
const name = z.string({ error: nameWords }).regex(/^[A-Za-z0-9][A-Za-z0-9._@/-]{0,63}$/, { error: nameWords })
const roleWords = `one of ${Role.options.join(', ')}`
const role = z.enum(Role.options, { error: roleWords })
const hashWords = '64 hexadecimal digits, as "sre-agent token create" prints them'
const text = (words: string) => z.string({ error: words }).min(1, { error: words }).max(500, { error: words })

const urlWords = 'an https address, or an http one of this machine'
const url = z.string({ error: urlWords }).refine(isTrustworthy, { error: urlWords })

function isTrustworthy(value: string): boolean {
  if (!URL.canParse(value)) return false
  const { protocol, hostname, username } = new URL(value)
  if (username) return false
  return protocol === 'https:' || (protocol === 'http:' && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname))
}

const Token = z.strictObject(
  { name, role, sha256: z.string({ error: hashWords }).regex(/^[0-9a-f]{64}$/i, { error: hashWords }) },
  { error: section },
)

const Oidc = z.strictObject(
  {
    issuer: url,
    audience: text('the audience that tokens for this service bear'),
    jwks_url: url.optional(),
    name_claim: text('the name of a claim').default('sub'),
    roles_claim: text('the name of a claim; dots lead into objects').default('roles'),
    role_map: z.record(z.string(), role, { error: section }),
  },
  { error: section },
)

/** Sources whose senders sign what they send, or send the secret in a header. A test holds that these are the ones of intake. */
export const signingSources = ['github', 'slack', 'pagerduty', 'grafana', 'datadog', 'newrelic'] as const
const signingWords = `the keys ${signingSources.join(', ')}`
const Secret = z.strictObject(
  { secret_env: text('the name of a variable').optional(), secret_file: text('the path of a file').optional() },
  { error: section },
)

export const AccessFile = z.strictObject(
  {
    tokens: z.array(Token, { error: list }).default([]),
    oidc: Oidc.optional(),
    webhooks: z.partialRecord(z.enum(signingSources, { error: signingWords }), Secret, { error: section }).default({}),
  },
  { error: section },
)
export type AccessFile = z.infer<typeof AccessFile>
