import { Problem } from '#src/server/problems.ts'
import type { FuzzRequest } from './build-request.ts'

/** Every request may meet these, whatever the description of its operation says. */
const anywhere = new Set(['204', '400', '401', '403', '404', '405', '413', '415', '431'])

/** How the service is built must not be seen from outside: stacks, paths, SQL, names of modules. */
const leak =
  /\bat [\w.<>]+ \(|\bat (?:file|node):|:\d+:\d+\)|node_modules|\/src\/|\.ts:\d|SQLITE_|SqliteError|select .* from |insert into|better-sqlite3|kysely|ECONNREFUSED|Cannot read prop|is not a function|undefined \(/i

/** What is wrong with an answer; undefined where it is well. */
export function judgeResponse(request: FuzzRequest, response: Response, text: string): string | undefined {
  const { status, headers } = response
  if (status >= 500) return `status ${status}: ${text.slice(0, 300)}`
  if (!/^[0-9a-f]{32}$/.test(headers.get('x-trace-id') ?? '')) return 'no trace id'
  if (request.method === request.operation.method && !isExpected(request, status)) return `undescribed status ${status}`
  if (status < 400 || request.method === 'HEAD') return undefined
  if (!headers.get('content-type')?.startsWith('application/problem+json')) return `no problem document at ${status}`
  const problem = Problem.safeParse(parse(text))
  if (!problem.success) return 'a problem document that is none'
  if (problem.data.status !== status) return 'a problem of another status'
  // Paths and details may repeat what was sent; what the service adds may not tell of its inside.
  const own = `${problem.data.title} ${problem.data.detail}`
  return leak.test(own) ? `it tells of its inside: ${own.slice(0, 300)}` : undefined
}

function isExpected({ operation }: FuzzRequest, status: number): boolean {
  return operation.statuses.includes(String(status)) || anywhere.has(String(status))
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}
