import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { AccessFile } from './access-file.ts'
import type { ConfigProblem } from './config-error.ts'
import type { AccessConfig } from './config.ts'

/** Where secrets are looked up. */
interface SecretPlaces {
  /** The file's name, for problems. */
  file: string
  env: Record<string, string | undefined>
  cwd: string
}

const shortestSecret = 8

/** The parsed file with the secrets that it points to; problems are added to `problems` and never show a secret. */
export function readAccess(file: AccessFile, places: SecretPlaces, problems: ConfigProblem[]): AccessConfig {
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

/** Two tokens of one name could not be told apart in the audit log; one token under two names neither. */
function repeated({ tokens }: AccessFile, file: string): ConfigProblem[] {
  return tokens.flatMap((token, index) => {
    const before = tokens.slice(0, index)
    const where = `${file}: tokens.${index}`
    if (before.some(({ name }) => name === token.name))
      return [{ where: `${where}.name`, was: JSON.stringify(token.name), allowed: 'a name that no other token bears' }]
    if (before.some(({ sha256 }) => sha256.toLowerCase() === token.sha256.toLowerCase()))
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
  const secret = secret_env ? env[secret_env]?.trim() : readQuietly(resolve(cwd, secret_file ?? ''))
  if (secret === undefined || secret === '')
    return {
      was: secret_env ? `${secret_env}, which is not set` : `${secret_file}, which cannot be read or is empty`,
      allowed: 'where the secret is',
    }
  if (secret.length < shortestSecret)
    return { was: 'a very short secret', allowed: `a secret of at least ${shortestSecret} characters` }
  return secret
}

function readQuietly(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}
