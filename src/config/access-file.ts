import { readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { z } from 'zod'
import { Role } from '#src/domain/role.ts'
import type { AccessConfig, ConfigProblem } from './config.ts'
import { readOperatorFile } from './read-operator-file.ts'
import type { Folders } from './variables.ts'

/* configs/access.yaml: who may call. It holds no secret: tokens are hashed, and secrets of vendors are references. */

const section = 'a section with keys and values'
const list = 'a list'
const nameWords = '1 to 64 letters, digits, ".", "_", "@", "/" or "-", starting with a letter or digit'
const name = z.string({ error: nameWords }).regex(/^[A-Za-z0-9][A-Za-z0-9._@/-]{0,63}$/, { error: nameWords })
const roleWords = `one of ${Role.options.join(', ')}`
const role = z.enum(Role.options, { error: roleWords })
const hashWords = '64 hexadecimal digits, as "sre-agent token create" prints them'
const text = (error: string) => z.string({ error }).min(1, { error }).max(500, { error })

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
    audience: text('the audience of tokens for this service'),
    jwks_url: url.optional(),
    name_claim: text('the name of a claim').default('sub'),
    roles_claim: text('the name of a claim; dots separate the keys of nested objects').default('roles'),
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

const AccessFile = z.strictObject(
  {
    tokens: z.array(Token, { error: list }).default([]),
    oidc: Oidc.optional(),
    webhooks: z.partialRecord(z.enum(signingSources, { error: signingWords }), Secret, { error: section }).default({}),
  },
  { error: section },
)
type AccessFile = z.infer<typeof AccessFile>

/** Where secrets are read from. */
interface SecretPlaces {
  /** The file's name, for problems. */
  file: string
  env: Record<string, string | undefined>
  cwd: string
}

const minSecretLength = 8

/** Undefined where the file is empty. Where callers are not identified, `host` must be an address of this machine. */
export function loadAccess(
  { host, path }: { host: string | undefined; path: string | undefined },
  { cwd, root, env }: Folders & { env: Record<string, string | undefined> },
  problems: ConfigProblem[],
): AccessConfig | undefined {
  const parsed = readOperatorFile({ path, root, schema: AccessFile }, problems)
  if (!parsed) return undefined
  const file = path ? relative(root, path) : 'configs/access.yaml'
  const access = readAccess(parsed, { file, env, cwd }, problems)
  if (!requiresIdentity(access) && host !== undefined && !isLoopback(host))
    problems.push({
      where: 'HOST',
      was: JSON.stringify(host),
      allowed:
        '127.0.0.1, ::1 or localhost as long as configs/access.yaml has neither tokens nor oidc; "sre-agent token create" makes a token',
    })
  return requiresIdentity(access) || Object.keys(access.webhooks).length > 0 ? access : undefined
}

/** True where callers must say who they are. */
export function requiresIdentity(access: AccessConfig | undefined): boolean {
  return access !== undefined && (access.tokens.length > 0 || access.oidc !== undefined)
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)
}

/** The parsed file with the secrets that it points to; problems are added to `problems` and never show a secret. */
function readAccess(file: AccessFile, places: SecretPlaces, problems: ConfigProblem[]): AccessConfig {
  problems.push(...repeated(file, places.file))
  const webhooks: Record<string, { secret: string }> = {}
  for (const [source, where] of Object.entries(file.webhooks)) {
    const secret = readSecret(where, places)
    if (typeof secret === 'string') webhooks[source] = { secret }
    else problems.push({ where: `${places.file}: webhooks.${source}`, ...secret })
  }
  const tokens = file.tokens.map((token) => ({ ...token, sha256: token.sha256.toLowerCase() }))
  return { tokens, webhooks, ...(file.oidc && { oidc: file.oidc }) }
}

/** The audit log could not distinguish two tokens of one name, nor one token under two names. */
function repeated({ tokens }: AccessFile, file: string): ConfigProblem[] {
  return tokens.flatMap((token, index) => {
    const before = tokens.slice(0, index)
    const where = `${file}: tokens.${index}`
    if (before.some((other) => other.name === token.name))
      return [{ where: `${where}.name`, was: JSON.stringify(token.name), allowed: 'a name that no other token has' }]
    if (before.some((other) => other.sha256.toLowerCase() === token.sha256.toLowerCase()))
      return [{ where: `${where}.sha256`, was: 'that of another token', allowed: 'a token of its own for each name' }]
    return []
  })
}

function readSecret(
  { secret_env, secret_file }: { secret_env?: string; secret_file?: string },
  { env, cwd }: SecretPlaces,
): string | Omit<ConfigProblem, 'where'> {
  if ((secret_env === undefined) === (secret_file === undefined))
    return { was: secret_env ? 'both' : 'neither', allowed: 'either secret_env or secret_file' }
  const secret = secret_env ? env[secret_env]?.trim() : readOrUndefined(resolve(cwd, secret_file ?? ''))
  if (secret === undefined || secret === '')
    return {
      was: secret_env ? `${secret_env}, which is not set` : `${secret_file}, which cannot be read or is empty`,
      allowed: 'where the secret is',
    }
  if (secret.length < minSecretLength)
    return { was: 'a very short secret', allowed: `a secret of at least ${minSecretLength} characters` }
  return secret
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}
