import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CliPorts, ServiceAddress } from './cli-ports.ts'

/** The service that a command calls. */
export interface FoundService extends ServiceAddress {
  /** Where the whole decision can be read afterwards; absent where the store is a temporary one. */
  record?: (incident: string) => string
}

const recordAt = (url: string) => (incident: string) => `${url}/api/incidents/${encodeURIComponent(incident)}`

/** The service at `to`, or one of this process with the store of DATABASE_URL or a temporary one; `settings` are for that one. */
export async function findService(
  to: string | undefined,
  ports: CliPorts,
  cleanup: AsyncDisposableStack,
  settings: Record<string, string> = {},
): Promise<FoundService> {
  if (to !== undefined) return { url: to, token: ports.env['SRE_AGENT_TOKEN'], record: recordAt(to) }
  const configured = ports.env['DATABASE_URL']
  const folder = configured ? undefined : await mkdtemp(join(tmpdir(), 'sre-agent-decide-'))
  if (folder !== undefined) cleanup.defer(() => rm(folder, { recursive: true, force: true }))
  const DATABASE_URL = configured || `sqlite:${join(folder ?? '', 'sre-agent.db')}`
  const over = { HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'silent', DATABASE_URL, ...settings }
  const service = await ports.startService({ env: cleanEnvironment(ports.env, over) })
  cleanup.defer(() => service.close())
  const record = configured ? (incident: string) => `incident ${incident} in ${hidePassword(configured)}` : undefined
  return { url: service.url, token: service.token, record }
}

/** The variables that are set, with those of `over` replacing them; an empty one counts as not set. */
export function cleanEnvironment(
  env: Record<string, string | undefined>,
  over: Record<string, string> = {},
): Record<string, string> {
  const set = Object.entries({ ...env, ...over }).filter((entry): entry is [string, string] => Boolean(entry[1]))
  return Object.fromEntries(set)
}

function hidePassword(address: string): string {
  return address.replace(/\/\/[^/@]*@/, '//')
}
