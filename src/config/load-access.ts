import { relative } from 'node:path'
import { AccessFile } from './access-file.ts'
import type { ConfigProblem } from './config-error.ts'
import type { AccessConfig } from './config.ts'
import { readAccess } from './read-access.ts'
import { readOperatorFile } from './read-operator-file.ts'
import type { Folders } from './variables.ts'

/** Undefined where the file says nothing. Where nobody can be told apart, `host` must be an address of this machine. */
export function loadAccess(
  { host, path }: { host: string | undefined; path: string | undefined },
  { cwd, root, env }: Folders & { env: Record<string, string | undefined> },
  problems: ConfigProblem[],
): AccessConfig | undefined {
  const parsed = readOperatorFile({ path, root, schema: AccessFile }, problems)
  if (!parsed) return undefined
  const file = path ? relative(root, path) : 'configs/access.yaml'
  const access = readAccess(parsed, { file, env, cwd }, problems)
  if (!asksWho(access) && host !== undefined && !isLoopback(host))
    problems.push({
      where: 'HOST',
      was: JSON.stringify(host),
      allowed:
        '127.0.0.1, ::1 or localhost as long as configs/access.yaml has neither tokens nor oidc; "sre-agent token create" makes a token',
    })
  return asksWho(access) || Object.keys(access.webhooks).length > 0 ? access : undefined
}

/** Must callers say who they are? */
export function asksWho(access: AccessConfig | undefined): boolean {
  return access !== undefined && (access.tokens.length > 0 || access.oidc !== undefined)
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)
}
