import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cleanEnvironment } from './clean-environment.ts'
import type { CliPorts, ServiceAddress } from './cli-ports.ts'

/** The service that is asked. */
export interface Asking extends ServiceAddress {
  /** Where the whole decision can be had afterwards; absent where the store is a temporary one. */
  record?: (incident: string) => string
}

const kept = (url: string) => (incident: string) => `${url}/api/incidents/${encodeURIComponent(incident)}`

/** The service at `to`, or one of this process with the store of DATABASE_URL or a temporary one; `settings` are for that one. */
export async function findService(
  to: string | undefined,
  ports: CliPorts,
  cleanup: AsyncDisposableStack,
  settings: Record<string, string> = {},
): Promise<Asking> {
  if (to !== undefined) return { url: to, token: ports.env['SRE_AGENT_TOKEN'], record: kept(to) }
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

function hidePassword(address: string): string {
  return address.replace(/\/\/[^/@]*@/, '//')
}
