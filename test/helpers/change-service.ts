import type { CliPorts } from '#src/cli/cli-ports.ts'
import { runCli } from '#src/cli/run-cli.ts'
import { buildCliPorts } from './cli-ports.ts'
import { type ScriptedAnswer, startScriptedService } from './scripted-service.ts'

/** Answers by `GET /path` without its query; what is not listed is a problem as the service would send it. */
export type Routes = Record<string, ScriptedAnswer>

/** A refusal as the service sends it. */
export function problem(status: number, code: string, detail: string, more: object = {}): ScriptedAnswer {
  const body = { type: `urn:sre-agent:error:${code}`, title: 'No', status, detail, code, trace_id: 't', retry: false }
  return { status, body: { ...body, ...more }, headers: { 'content-type': 'application/problem+json' } }
}

/** Runs a command against a service that answers so. */
export async function runAgainst(routes: Routes, argv: string[], parts: Partial<CliPorts> = {}) {
  await using service = await startScriptedService((_, __, { method, path }) => {
    const route = `${method} ${path.split('?')[0]}`
    return routes[route] ?? problem(404, 'SRE_SERVER_ROUTE_UNKNOWN', `nothing is at ${route}`)
  })
  const { ports, printed } = buildCliPorts(parts)
  const code = await runCli([...argv, '--to', service.url], ports)
  return { code, ...printed, asked: service.asked, url: service.url }
}
