import { z } from 'zod'
import { commandLine, printable } from '#src/reporting/printable.ts'
import { callService, describeFailure, type ServiceResponse } from './call-service.ts'
import { type CliPorts, exitCodes } from './cli-ports.ts'
import { UsageError } from './options.ts'

/* A service that runs already, as `approvals` and `executions` call it: where it is, what a person can do after a refusal, and the exit codes. */

const timeoutMs = 15_000

/** What a request is about. */
interface Subject {
  /** Of the approval, the execution or the incident in the address; absent for a list. */
  id?: string
  url: string
  commandLine: (words: readonly string[]) => string
}

type Advice = (subject: Subject, detail: string) => string

const openIncident: Advice = ({ url, id }) => `See ${url}/api/incidents/${id}`

const see =
  (...words: string[]): Advice =>
  ({ commandLine: line }) =>
    `See: ${line(words)}`

const show =
  (noun: string): Advice =>
  ({ commandLine: line, id }) =>
    id === undefined ? '' : `See: ${line([noun, 'show', id])}`

/** The detail of a refused `executions begin` starts with the reason. */
const beginAdvice: Record<string, Advice> = {
  not_approved: ({ commandLine: line, id = '' }) =>
    `See: ${line(['approvals', 'list', '--incident', id, '--status', 'pending,approved,expired'])}`,
  target_busy: see('executions', 'list', '--status', 'running'),
}

const advice: Record<string, Advice> = {
  SRE_ACCESS_UNAUTHENTICATED: () => 'Set SRE_AGENT_TOKEN to a token that the service knows',
  SRE_ACCESS_FORBIDDEN: () => 'Ask someone who has such a role, or set SRE_AGENT_TOKEN to a token that has it',
  SRE_ACCESS_TOO_MANY_FAILURES: () => 'Correct SRE_AGENT_TOKEN',
  SRE_APPROVALS_UNKNOWN: see('approvals', 'list'),
  SRE_APPROVALS_PLAN: show('approvals'),
  SRE_APPROVALS_STATE: show('approvals'),
  SRE_EXECUTIONS_UNKNOWN: see('executions', 'list'),
  SRE_EXECUTIONS_STATE: show('executions'),
  SRE_EXECUTIONS_REFUSED: (subject, detail) =>
    (beginAdvice[detail.split(':')[0] ?? ''] ?? openIncident)(subject, detail),
  SRE_INCIDENTS_UNKNOWN: ({ url }) => `See ${url}/api/incidents`,
  SRE_SERVER_ROUTE_UNKNOWN: () => 'The service may be of an earlier version than this command',
}

/** Why a command failed: a line for a person, and the exit code. */
export class CommandFailure extends Error {
  readonly exitCode: number

  constructor(message: string, exitCode: number) {
    super(message)
    this.name = 'CommandFailure'
    this.exitCode = exitCode
  }
}

interface ServiceQuery<T> {
  path: string
  /** The id in it, for the advice after a refusal. */
  id?: string
  answer: z.ZodType<T>
}

/** A response: `value` is the part that the command knows, `body` is what the service sent. */
interface ServiceAnswer<T> {
  value: T
  body: unknown
}

/** A service as a command sees it. A refusal or a broken connection is thrown as a `CommandFailure`. */
export interface ServiceClient {
  get<T>(ask: ServiceQuery<T>): Promise<ServiceAnswer<T>>
  /** `lost`: what a person reads where it is unknown whether the service accepted the request. */
  post<T>(ask: ServiceQuery<T> & { body: unknown; lost: string }): Promise<ServiceAnswer<T>>
  /** The command line that calls the same service. */
  commandLine: (words: readonly string[]) => string
  /** Base address, for links to `/api/incidents`. */
  url: string
}

const Problem = z.object({
  title: z.string(),
  detail: z.string().default(''),
  code: z.string(),
  errors: z.array(z.object({ path: z.string(), allowed: z.string() })).default([]),
})

/** Runs `work` with the service at `to`, or the one that the settings would start on this machine. */
export async function withService(
  to: string | undefined,
  ports: CliPorts,
  work: (service: ServiceClient) => Promise<number>,
): Promise<number> {
  const url = to ?? ownAddress(ports.env)
  const line = (words: readonly string[]) =>
    commandLine(['sre-agent', ...words, ...(to === undefined ? [] : ['--to', url])])
  const ask = async <T>(method: 'GET' | 'POST', asked: ServiceQuery<T> & { body?: unknown; lost?: string }) => {
    const { path, body, id, lost = '' } = asked
    const token = ports.env['SRE_AGENT_TOKEN']
    const response = await callService({ url, token, method, path, body, signal: ports.signal, timeoutMs }).catch(
      (error: unknown) => {
        if (error instanceof UsageError) throw error
        throw unreached(error, { url, lost, isInterrupted: ports.signal.aborted })
      },
    )
    if (response.status < 200 || response.status > 299) throw refused(response, { url, id, commandLine: line }, lost)
    const parsed = asked.answer.safeParse(response.body)
    if (parsed.success) return { value: parsed.data, body: response.body }
    throw new CommandFailure(
      sentences(`No answer: ${url} sent something that this command does not understand`, lost),
      exitCodes.unknown,
    )
  }
  try {
    return await work({
      get: (asked) => ask('GET', asked),
      post: (asked) => ask('POST', asked),
      commandLine: line,
      url,
    })
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error
    ports.stderr.write(`${printable(error.message)}\n`)
    return error.exitCode
  }
}

function ownAddress(env: CliPorts['env']): string {
  const port = env['PORT'] ?? ''
  return `http://127.0.0.1:${/^[1-9]\d{0,4}$/.test(port) ? port : 8000}`
}

/** The last part gets no full stop, because it may be a command or an address that people copy. */
function sentences(...parts: string[]): string {
  return parts.filter(Boolean).reduce((text, part) => `${text}${/[.?!]$/.test(text) ? '' : '.'} ${part}`)
}

/** Errors after which the request cannot have reached the service. */
const neverSent = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ConnectTimeout|certificate/

function unreached(
  error: unknown,
  { url, lost, isInterrupted }: { url: string; lost: string; isInterrupted: boolean },
) {
  const why = describeFailure(error)
  if (isInterrupted) return new CommandFailure(sentences('Interrupted', lost), exitCodes.interrupted)
  const next = neverSent.test(why)
    ? 'Is the service running there? (sre-agent serve starts one; --to URL names another)'
    : lost
  return new CommandFailure(sentences(`No answer from ${url}: ${why}`, next), exitCodes.unknown)
}

function refused(response: ServiceResponse, subject: Subject, lost: string) {
  const { status, body, retryAfter } = response
  const problem = Problem.safeParse(body)
  if (!problem.success)
    return new CommandFailure(
      sentences(
        `No answer: ${subject.url} answered HTTP ${status} without a reason`,
        'Is this the address of the service? (--to URL)',
        lost,
      ),
      exitCodes.unknown,
    )
  const { title, detail, code, errors } = problem.data
  const fields = errors.map(({ allowed }) => `allowed: ${allowed}`).join('; ')
  const why = [detail || title, fields].filter(Boolean).join('; ')
  if (status === 400) return new UsageError(printable(`${why} (${code})`))
  const later = retryAfter === undefined ? '' : `Try again in ${retryAfter} s`
  const next = [adviseOn(code, subject, detail), later]
  if (status < 500) return new CommandFailure(sentences(`Refused: ${why} (${code})`, ...next), exitCodes.below)
  return new CommandFailure(sentences(`No answer: ${why} (${code})`, ...next, lost), exitCodes.unknown)
}

/** What a person can do after a refusal with this code; empty where the refusal says it all. */
function adviseOn(code: string, subject: Subject, detail: string): string {
  return advice[code]?.(subject, detail) ?? ''
}
