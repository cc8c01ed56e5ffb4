import { z } from 'zod'
import { commandLine } from '#src/reporting/command-line.ts'
import { printable } from '#src/reporting/printable.ts'
import { callService, describeFailure, type ServiceResponse } from './call-service.ts'
import { type CliPorts, exitCodes } from './cli-ports.ts'
import { serviceAddress } from './option-values.ts'
import { UsageError } from './usage-error.ts'

/* Commands that talk to a service which runs: where it is, what its refusals mean to a person, and the exit codes for that. */

const timeoutMs = 15_000

/** What a request was about. */
interface Subject {
  /** Of the approval, the execution or the incident in the address; absent where a list was asked for. */
  id?: string
  url: string
  commandLine: (words: readonly string[]) => string
}

type Advice = (subject: Subject, detail: string) => string

const look: Advice = ({ url, id }) => `Look at ${url}/api/incidents/${id}`

const see =
  (...words: string[]): Advice =>
  ({ commandLine: line }) =>
    `See: ${line(words)}`

const show =
  (noun: string): Advice =>
  ({ commandLine: line, id }) =>
    id === undefined ? '' : `See: ${line([noun, 'show', id])}`

/** The refusals of `executions begin` begin with the reason. */
const whyNotBegun: Record<string, Advice> = {
  not_approved: ({ commandLine: line, id = '' }) =>
    `See: ${line(['approvals', 'list', '--incident', id, '--status', 'pending,approved,expired'])}`,
  target_busy: see('executions', 'list', '--status', 'running'),
}

const advice: Record<string, Advice> = {
  SRE_ACCESS_UNAUTHENTICATED: () => 'Set SRE_AGENT_TOKEN to a token that the service knows',
  SRE_ACCESS_FORBIDDEN: () => 'Ask somebody with such a role, or set SRE_AGENT_TOKEN to a token that has it',
  SRE_ACCESS_TOO_MANY_FAILURES: () => 'Correct SRE_AGENT_TOKEN',
  SRE_APPROVALS_UNKNOWN: see('approvals', 'list'),
  SRE_APPROVALS_PLAN: show('approvals'),
  SRE_APPROVALS_STATE: show('approvals'),
  SRE_EXECUTIONS_UNKNOWN: see('executions', 'list'),
  SRE_EXECUTIONS_STATE: show('executions'),
  SRE_EXECUTIONS_REFUSED: (subject, detail) => (whyNotBegun[detail.split(':')[0] ?? ''] ?? look)(subject, detail),
  SRE_INCIDENTS_UNKNOWN: ({ url }) => `Look at ${url}/api/incidents`,
  SRE_SERVER_ROUTE_UNKNOWN: () => 'The service may be of an earlier version than this command',
}

/** Why a command ends early: a line for a person, and the exit code. */
export class EarlyEnd extends Error {
  readonly exitCode: number

  constructor(message: string, exitCode: number) {
    super(message)
    this.name = 'EarlyEnd'
    this.exitCode = exitCode
  }
}

interface Ask<T> {
  path: string
  /** The id in it, for the advice after a refusal. */
  id?: string
  answer: z.ZodType<T>
}

/** What came: `value` as far as it is known here, `body` as the service sent it. */
interface Answered<T> {
  value: T
  body: unknown
}

/** A service as a command sees it. What is no answer ends the command. */
export interface ServiceTalk {
  get<T>(ask: Ask<T>): Promise<Answered<T>>
  /** `lost`: what a person is told who may not know whether it was taken. */
  post<T>(ask: Ask<T> & { body: unknown; lost: string }): Promise<Answered<T>>
  /** The line that asks the same service. */
  commandLine: (words: readonly string[]) => string
  /** What stands under `/api/incidents` for people. */
  url: string
}

const Problem = z.object({
  title: z.string(),
  detail: z.string().default(''),
  code: z.string(),
  errors: z.array(z.object({ path: z.string(), allowed: z.string() })).default([]),
})

/** Runs `work` with the service of `--to`, or the one that the settings would start on this machine. */
export async function withService(
  to: string | undefined,
  ports: CliPorts,
  work: (service: ServiceTalk) => Promise<number>,
): Promise<number> {
  const url = serviceAddress('--to', to) ?? ownAddress(ports.env)
  const line = (words: readonly string[]) =>
    commandLine(['sre-agent', ...words, ...(to === undefined ? [] : ['--to', url])])
  const ask = async <T>(method: 'GET' | 'POST', asked: Ask<T> & { body?: unknown; lost?: string }) => {
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
    throw new EarlyEnd(sentences(`No answer: ${url} said something that cannot be understood`, lost), exitCodes.unknown)
  }
  try {
    return await work({
      get: (asked) => ask('GET', asked),
      post: (asked) => ask('POST', asked),
      commandLine: line,
      url,
    })
  } catch (error) {
    if (!(error instanceof EarlyEnd)) throw error
    ports.stderr.write(`${printable(error.message)}\n`)
    return error.exitCode
  }
}

function ownAddress(env: CliPorts['env']): string {
  const port = env['PORT'] ?? ''
  return `http://127.0.0.1:${/^[1-9]\d{0,4}$/.test(port) ? port : 8000}`
}

/** No full stop at the end: a command or an address may stand there, to be copied. */
function sentences(...parts: string[]): string {
  return parts.filter(Boolean).reduce((said, part) => `${said}${/[.?!]$/.test(said) ? '' : '.'} ${part}`)
}

/** Nobody has heard what never left this machine. */
const neverSent = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ConnectTimeout|certificate/

function unreached(
  error: unknown,
  { url, lost, isInterrupted }: { url: string; lost: string; isInterrupted: boolean },
) {
  const why = describeFailure(error)
  if (isInterrupted) return new EarlyEnd(sentences('Interrupted', lost), exitCodes.interrupted)
  const next = neverSent.test(why) ? 'Does it run there? (sre-agent serve starts one; --to URL names another)' : lost
  return new EarlyEnd(sentences(`No answer from ${url}: ${why}`, next), exitCodes.unknown)
}

function refused(response: ServiceResponse, subject: Subject, lost: string) {
  const { status, body, retryAfter } = response
  const said = Problem.safeParse(body)
  if (!said.success)
    return new EarlyEnd(
      sentences(
        `No answer: ${subject.url} said HTTP ${status} without a reason`,
        'Is it the address of this service? (--to URL)',
        lost,
      ),
      exitCodes.unknown,
    )
  const { title, detail, code, errors } = said.data
  const fields = errors.map(({ allowed }) => `allowed: ${allowed}`).join('; ')
  const why = [detail || title, fields].filter(Boolean).join('; ')
  if (status === 400) return new UsageError(printable(`${why} (${code})`))
  const later = retryAfter === undefined ? '' : `Try again in ${retryAfter} s`
  const next = [adviseOn(code, subject, detail), later]
  if (status < 500) return new EarlyEnd(sentences(`Refused: ${why} (${code})`, ...next), exitCodes.below)
  return new EarlyEnd(sentences(`No answer: ${why} (${code})`, ...next, lost), exitCodes.unknown)
}

/** What to do next after a refusal with this code; nothing where its own words are all there is to say. */
function adviseOn(code: string, subject: Subject, detail: string): string {
  return advice[code]?.(subject, detail) ?? ''
}
