import { z } from 'zod'
import { optionalMoment, optionalText, optionalWord } from '#src/intake/payload-fields.ts'
import {
  type DraftResult,
  type SignalDraft,
  type SignalSource,
  type SignedRequest,
  fieldProblems,
} from '#src/intake/signal-source.ts'
import { isHmac } from '#src/intake/signatures.ts'
import { isRecord } from '#src/util/is-record.ts'

const Repository = z.object({ full_name: z.string().min(1).max(253), default_branch: optionalText })
const Author = z.object({ name: optionalText }).nullish()
const pull_requests = z.array(z.unknown()).nullish()

const GithubEvent = z
  .object({
    action: optionalText,
    repository: Repository,
    ref: optionalText,
    after: optionalText,
    head_commit: z.object({ message: optionalText, timestamp: optionalMoment, author: Author }).nullish(),
    deployment: z.object({ environment: optionalText, sha: optionalText }).nullish(),
    deployment_status: z
      .object({ state: optionalText, description: optionalText, environment: optionalText, updated_at: optionalMoment })
      .nullish(),
    workflow_run: z
      .object({
        id: optionalWord,
        name: optionalText,
        event: optionalText,
        head_branch: optionalText,
        head_sha: optionalText,
        conclusion: optionalText,
        updated_at: optionalMoment,
      })
      .nullish(),
    check_run: z
      .object({
        name: optionalText,
        conclusion: optionalText,
        head_sha: optionalText,
        completed_at: optionalMoment,
        output: z.object({ title: optionalText, summary: optionalText }).nullish(),
        check_suite: z.object({ head_branch: optionalText }).nullish(),
        pull_requests,
      })
      .nullish(),
  })
  .meta({ title: 'An event of GitHub: deployment_status, workflow_run, check_run or push' })

type Event = z.output<typeof GithubEvent>
type Reported = Pick<SignalDraft, 'reason' | 'message' | 'alert' | 'observed_at'> & { failed?: boolean; over: string }

/** GitHub's webhooks: deployments, workflows and checks that fail or succeed again, and pushes as changes. */
export const github: SignalSource = {
  path: '/api/signals/github',
  summary: 'Deployments and workflows of GitHub',
  payload: GithubEvent,
  checkSignature,
  read(body, { headers }): DraftResult {
    const name = headers['x-github-event'] ?? ''
    if (name === 'ping' || (isRecord(body) && 'zen' in body && 'hook_id' in body)) return { reply: { pong: true } }
    const parsed = GithubEvent.safeParse(body)
    if (!parsed.success) return { problems: fieldProblems(parsed.error) }
    const event = parsed.data
    const reported = reportedBy(event)
    if (typeof reported === 'string') return { drafts: [], skipped: [reported] }
    return { drafts: [draftOf(event, reported, headers['x-github-delivery'])] }
  },
}

function draftOf({ repository }: Event, reported: Reported, delivery: string | undefined): SignalDraft {
  const { failed, over, ...fields } = reported
  const change = failed === undefined
  return {
    ...fields,
    source: 'github',
    state: failed === false ? 'resolved' : 'firing',
    severity: change ? 'info' : 'medium',
    repository: repository.full_name,
    labels: { repository: repository.full_name },
    alert_key: change ? undefined : `github:${repository.full_name}:${over}`,
    delivery_key: delivery && `github:${delivery}`,
    paths: { namespace: 'repository.full_name', kind: 'repository.full_name', name: 'repository.full_name' },
  }
}

/** What an event reports, or the reason why it reports nothing. */
function reportedBy(event: Event): Reported | string {
  if (event.deployment_status) return deployment(event, event.deployment_status)
  if (event.workflow_run) return workflow(event, event.workflow_run)
  if (event.check_run) return check(event, event.check_run)
  if (event.ref && event.after) return push(event, event.ref)
  return 'an event that reports no deployment, workflow, check or push'
}

function deployment(
  { deployment: made, repository }: Event,
  status: NonNullable<Event['deployment_status']>,
): Reported | string {
  const failed = verdictOf(status.state)
  const environment = status.environment ?? made?.environment ?? 'unknown'
  if (failed === undefined) return `a deployment to ${environment} that is ${status.state ?? 'under way'}`
  return {
    failed,
    over: `deployment:${environment}`,
    alert: `GitHub deployment to ${environment}`,
    reason: failed ? 'DeploymentFailed' : 'DeploymentSucceeded',
    message:
      `Deployment of ${repository.full_name} ${shortSha(made?.sha)} to ${environment}: ${status.state}. ${status.description ?? ''}`.trim(),
    observed_at: status.updated_at,
  }
}

function workflow({ repository }: Event, run: NonNullable<Event['workflow_run']>): Reported | string {
  const failed = verdictOf(run.conclusion)
  const name = run.name ?? 'unnamed'
  if (failed === undefined) return `workflow ${name}: ${run.conclusion ?? 'not ended'}`
  if (run.event?.startsWith('pull_request') || !isMain(run.head_branch, repository))
    return `workflow ${name} of ${run.head_branch ?? 'a pull request'}: only the default branch reaches a cluster`
  return {
    failed,
    over: `workflow:${name}`,
    alert: `GitHub workflow ${name}`,
    reason: failed ? 'WorkflowFailed' : 'WorkflowSucceeded',
    message: `Workflow ${name} of ${repository.full_name} at ${shortSha(run.head_sha)}: ${run.conclusion}`,
    observed_at: run.updated_at,
  }
}

function check({ repository }: Event, run: NonNullable<Event['check_run']>): Reported | string {
  const failed = verdictOf(run.conclusion)
  const name = run.name ?? 'unnamed'
  if (failed === undefined) return `check ${name}: ${run.conclusion ?? 'not ended'}`
  if ((run.pull_requests?.length ?? 0) > 0 || !isMain(run.check_suite?.head_branch, repository))
    return `check ${name} of a branch or pull request: only the default branch reaches a cluster`
  const output = [run.output?.title, run.output?.summary].filter((text) => text !== undefined).join(': ')
  return {
    failed,
    over: `check:${name}`,
    alert: `GitHub check ${name}`,
    reason: failed ? 'CheckFailed' : 'CheckSucceeded',
    message:
      `Check ${name} of ${repository.full_name} at ${shortSha(run.head_sha)}: ${run.conclusion}. ${output}`.trim(),
    observed_at: run.completed_at,
  }
}

function push({ repository, head_commit, after }: Event, ref: string): Reported | string {
  const branch = ref.replace(/^refs\/heads\//, '')
  if (!isMain(branch, repository) || !head_commit) return `a push to ${ref}: only the default branch reaches a cluster`
  return {
    over: 'push',
    reason: 'Push',
    message: `Push to ${branch} of ${repository.full_name} at ${shortSha(after)}: ${head_commit.message ?? ''}`,
    observed_at: head_commit.timestamp,
  }
}

/** True: failed; false: succeeded; undefined: neither. */
function verdictOf(word: string | undefined): boolean | undefined {
  if (/^(?:failure|error|timed_out|startup_failure)$/.test(word ?? '')) return true
  return word === 'success' ? false : undefined
}

function isMain(branch: string | undefined, { default_branch }: Event['repository']): boolean {
  return (
    branch !== undefined &&
    (default_branch === undefined ? /^(?:main|master)$/.test(branch) : branch === default_branch)
  )
}

function shortSha(sha: string | undefined): string {
  return sha?.slice(0, 12) ?? 'an unknown commit'
}

/** `sha256=<hex>` over the body. The older SHA-1 header is ignored. */
function checkSignature({ headers, body, secret }: SignedRequest): boolean {
  const [algorithm, hex = ''] = (headers['x-hub-signature-256'] ?? '').split('=')
  return algorithm === 'sha256' && isHmac(hex, secret, body)
}
