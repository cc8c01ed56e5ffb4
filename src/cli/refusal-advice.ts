/** What a request was about. */
export interface Subject {
  /** Of the approval, the execution or the incident in the address; absent where a list was asked for. */
  id?: string
  url: string
  commandLine: (words: readonly string[]) => string
}

type Advice = (subject: Subject, detail: string) => string

const look: Advice = ({ url, id }) => `Look at ${url}/api/incidents/${id}`
const see =
  (...words: string[]): Advice =>
  ({ commandLine }) =>
    `See: ${commandLine(words)}`
const show =
  (noun: string): Advice =>
  ({ commandLine, id }) =>
    id === undefined ? '' : `See: ${commandLine([noun, 'show', id])}`

/** The refusals of `executions begin` begin with the reason. */
const whyNotBegun: Record<string, Advice> = {
  not_approved: ({ commandLine, id = '' }) =>
    `See: ${commandLine(['approvals', 'list', '--incident', id, '--status', 'pending,approved,expired'])}`,
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

/** What to do next after a refusal with this code; nothing where its own words are all there is to say. */
export function adviseOn(code: string, subject: Subject, detail: string): string {
  return advice[code]?.(subject, detail) ?? ''
}
