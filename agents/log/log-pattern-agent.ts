import { z } from 'zod'
import { type NotableKind, notableKinds } from '#src/logs/notable-kinds.ts'
import { judgeLogs } from '#src/logs/judge-logs.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Agent, MindContext, MindStep } from '#agents/agent.ts'
import { digestLogs } from './digest-logs.ts'
import { fetchedLogs, type FetchedLog, type LogRequest } from './fetched-logs.ts'
import type { Service } from '#src/domain/kubernetes/network.ts'
import type { Pod } from '#src/domain/kubernetes/objects.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { maskMessage } from '#src/logs/log-templates.ts'
import type { ContainerLogs } from '#src/logs/judge/situation.ts'

/** `may_ask_again`: the team still has a fetch to spend. */
export interface PatternBrief {
  may_ask_again: boolean
}

const Patterns = z.object({
  findings: z.array(
    z.custom<FindingDraft>((value) => typeof value === 'object' && value !== null && 'mechanism' in value),
  ),
  /** Kinds of lines that are new, rare, in a burst or fatal, whether or not a finding rests on them. */
  notable: z.array(z.custom<NotableLog>((value) => typeof value === 'object' && value !== null)).default([]),
})

/** Output of the agent: what the logs say is wrong. */
export type LogPatterns = z.infer<typeof Patterns>

/** Holds what containers said against the known wordings of trouble and their own state, and follows refused connections. */
export const logPatternAgent: Agent<PatternBrief, LogPatterns> = {
  name: 'log_pattern',
  description:
    'Recognises what went wrong from the words of the logs and follows a refused connection to where it points.',
  tools: [],
  handoffs: ['loki_query'],
  output: Patterns,
  digest: ({ results, rules_answer }) => digestLogs(results, Patterns.safeParse(rules_answer).data?.findings ?? []),
  rules: { name: 'rules', next: judge },
}

const podsPerTarget = 2

const maxFollowUps = 8

const tailLines = 300

/** What stands out in the log of one container. */
interface NotableLog {
  pod: string
  container: string
  kinds: NotableKind[]
}

function judge({ brief, results, view }: MindContext<PatternBrief>): MindStep<LogPatterns> {
  const logs = fetchedLogs(results)
  const findings = weighSiblings(judgeLogs(containerLogs(logs, view), view), logs)
  const wanted = brief.may_ask_again ? followUp(findings, logs, view) : undefined
  if (wanted) return { kind: 'handoff', to: 'loki_query', ...wanted }
  const notable = notableLogs(logs)
  return { kind: 'output', output: { findings, notable }, said: say(findings, { logs, notable, view }) }
}

function say(
  findings: readonly FindingDraft[],
  { logs, notable, view }: { logs: readonly FetchedLog[]; notable: readonly NotableLog[]; view: ClusterView },
): string {
  if (findings.length === 0) {
    const read = logs.filter((log) => log.records.length > 0).length
    const [first] = notable.flatMap((log) => log.kinds)
    const aside = first ? ` What stands out most (${words(first.why)}): ${first.sample.slice(0, 120)}` : ''
    return `nothing in ${read} logs explains what is wrong in ${view.snapshot.namespace ?? 'the cluster'}.${aside}`
  }
  return findings
    .map((finding) => `${finding.mechanism} of ${finding.resource.kind} ${finding.resource.name}`)
    .join('; ')
}

function words(why: NotableKind['why']): string {
  return why.map((reason) => reason.replaceAll('_', ' ')).join(', ')
}

/**
 * What else has to be read before the findings can stand: the logs behind a dependency that is blamed, so that a cascade is
 * followed to its source, or a healthy sibling, where last words alone speak and may be said by the healthy as well.
 */
function followUp(
  findings: readonly FindingDraft[],
  logs: readonly FetchedLog[],
  view: ClusterView,
): { reason: string; request: { requests: LogRequest[] } } | undefined {
  const read = new Set(logs.map(({ request }) => `${request.namespace}/${request.pod}`))
  const blamed = findings.flatMap((finding) => finding.blames.map((blame) => blame.resource))
  const behind = unread(
    blamed.flatMap((ref) => podsBehind(ref, view).slice(0, podsPerTarget)),
    read,
  )
  if (behind.length > 0)
    return {
      reason: `a connection points to ${blamed.map((ref) => ref.name).join(', ')}`.slice(0, 200),
      request: { requests: behind },
    }
  const unsure = findings.filter((finding) => finding.mechanism === 'application_error' && finding.confidence <= 0.6)
  const siblings = unsure.flatMap((finding) => healthySibling(finding, view))
  const requests = unread(
    siblings.map(({ pod }) => pod),
    read,
    siblings[0]?.container,
  )
  return requests.length > 0 ? { reason: 'do the healthy say the same?', request: { requests } } : undefined
}

function podsBehind(ref: ResourceRef, view: ClusterView): readonly Pod[] {
  const object = view.find(ref)
  if (!object) return []
  return object.kind === 'Service' ? view.podsOfService(object as Service) : view.podsOf(object)
}

function healthySibling(finding: FindingDraft, view: ClusterView): { pod: Pod; container: string }[] {
  const workload = view.find(finding.resource)
  const { container } = finding
  if (!workload || !container) return []
  const pod = view
    .podsOf(workload)
    .find((candidate) =>
      candidate.status?.containerStatuses?.some((status) => status.name === container && status.ready),
    )
  return pod ? [{ pod, container }] : []
}

function unread(pods: readonly Pod[], read: ReadonlySet<string>, container?: string): LogRequest[] {
  return pods
    .filter((pod) => !read.has(`${pod.metadata.namespace}/${pod.metadata.name}`))
    .flatMap((pod) =>
      (pod.status?.containerStatuses ?? [])
        .filter(
          (status) =>
            (container ? status.name === container : true) &&
            (status.state?.running ?? status.state?.terminated ?? status.lastState?.terminated),
        )
        .map((status) => ({
          namespace: pod.metadata.namespace ?? '',
          pod: pod.metadata.name,
          container: status.name,
          previous: false,
          tail_lines: tailLines,
        })),
    )
    .slice(0, maxFollowUps)
}

/** Each current log against its own past: the previous instance, and other pods that run the same container. */
function notableLogs(logs: readonly FetchedLog[]): NotableLog[] {
  return logs.flatMap(({ request, records }) => {
    const { namespace, pod, container, previous } = request
    if (previous || records.length === 0) return []
    const same = logs.filter(
      (other) =>
        other.request.namespace === namespace && other.request.container === container && other.records !== records,
    )
    const before = same.find((other) => other.request.pod === pod && other.request.previous)?.records
    const siblings = same
      .filter((other) => workloadPart(other.request.pod) === workloadPart(pod) && other.request.pod !== pod)
      .filter((other) => !other.request.previous)
      .map((other) => other.records)
    const kinds = notableKinds({ records, siblings, ...(before ? { previous: before } : {}) })
    return kinds.length === 0 ? [] : [{ pod, container, kinds }]
  })
}

/** The name of a pod without the parts that differ between pods of one workload. */
function workloadPart(pod: string): string {
  return pod.replace(/-[a-z0-9]+$/, '').replace(/-[a-f0-9]{6,10}$/, '')
}

/**
 * Last words that a healthy sibling says as well decide nothing: such a finding keeps its place with little weight. Findings with
 * a signature of their own are not touched.
 */
function weighSiblings(findings: FindingDraft[], logs: readonly FetchedLog[]): FindingDraft[] {
  return findings.map((finding) => {
    if (finding.mechanism !== 'application_error' || finding.confidence > 0.6) return finding
    const pods = new Set(finding.affects.filter((ref) => ref.kind === 'Pod').map((ref) => ref.name))
    const decisive = decisiveTemplates(finding, logs)
    const said = logs.some(
      (log) =>
        log.request.container === finding.container &&
        !pods.has(log.request.pod) &&
        log.records.some((record) => decisive.has(maskMessage(record.message))),
    )
    return said
      ? { ...finding, confidence: 0.35, confidence_reason: 'a healthy pod of the same workload says the same' }
      : finding
  })
}

/** The kinds of lines on which a finding rests: found by the hash in its evidence. */
function decisiveTemplates(finding: FindingDraft, logs: readonly FetchedLog[]): Set<string> {
  const times = new Set(
    finding.evidence.flatMap(({ ref }) =>
      'log' in ref && ref.log.time !== undefined ? [`${ref.log.pod}/${ref.log.time}`] : [],
    ),
  )
  const records = logs.flatMap((log) =>
    log.records
      .filter((record) => record.level === 'error' || record.level === 'fatal')
      .filter((record) => times.has(`${log.request.pod}/${record.time}`)),
  )
  return new Set(records.map((record) => maskMessage(record.message)))
}

/** Current and previous log of each container side by side, with its pod from the snapshot. */
function containerLogs(logs: readonly FetchedLog[], view: ClusterView): ContainerLogs[] {
  const byContainer = new Map<string, ContainerLogs>()
  for (const { request, answer, records } of logs) {
    const pod = view.get('Pod', request.namespace, request.pod)
    if (!pod || answer.status === 'failed') continue
    const key = `${request.namespace}/${request.pod}/${request.container}`
    const entry = byContainer.get(key) ?? {
      pod,
      container: request.container,
      ...(request.ready ? { ready: request.ready } : {}),
    }
    if (records.length > 0) entry[request.previous ? 'previous' : 'current'] = records
    byContainer.set(key, entry)
  }
  return [...byContainer.values()]
}
