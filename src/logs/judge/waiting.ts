import { refOf } from '#src/domain/cluster-view.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { LogRecord } from '#src/logs/log-record.ts'
import { failures } from '#src/logs/signatures/failures.ts'
import { matchRecord } from '#src/logs/signatures/match-record.ts'
import type { Signature, SignatureMatch } from '#src/logs/signatures/signature.ts'
import { escalate } from '#src/rules/kit/actions.ts'
import { buildDraft, capitalize, quote, subjectOf } from './draft.ts'
import { missingHost } from './missing-host.ts'
import { resolveHost } from './hosts.ts'
import type { Situation } from './situation.ts'

const waitingFor = failures.find((signature) => signature.family === 'waiting')

/** Waiting loops in the command line of init containers that log nothing. */
const waitingLoops: readonly RegExp[] = [
  /\bnc\s+(?:-\w+\s+(?:\d+\s+)?)*(?<host>[a-z][\w.-]*)\s+(?<port>\d+)/i,
  /wait-for(?:-it)?(?:\.sh)?\s+(?:-\S+\s+)*(?<host>[\w.-]+):(?<port>\d+)/,
  /pg_isready\b[^;|&]*?-h\s+(?<host>[\w.-]+)(?:[^;|&]*?-p\s+(?<port>\d+))?/,
  /(?:nslookup|getent hosts|dig \+short|host)\s+(?<host>[a-z][\w.-]*)/i,
  /(?:mysqladmin|mysql|redis-cli|mongosh?)\b[^;|&]*?-h\s*(?<host>[\w.-]+)/,
  /(?:curl|wget)\b[^;|&]*?\w+:\/\/(?<host>[\w.-]+)(?::(?<port>\d+))?/,
  /\/dev\/tcp\/(?<host>[\w.-]+)\/(?<port>\d+)/,
]

/** A container that waits for something and does not finish. */
export function judgeWaiting(situation: Situation): FindingDraft | undefined {
  const match = lastWait(situation) ?? waitInCommand(situation)
  const { host, port } = match?.facts ?? {}
  if (!match || !host) return undefined
  const target = resolveHost(host, situation.namespace, situation.view)
  if (target.kind === 'missing') return missingHost(situation, match, { ...target, host, port })
  const blamed = target.kind === 'service' ? refOf(target.service) : target.kind === 'workload' ? target.ref : undefined
  return buildDraft(situation, {
    mechanism: situation.init ? 'init_container_waiting' : 'dependency_unreachable',
    record: match.record,
    statement: `${capitalize(subjectOf(situation))} waits for ${host}${port ? `:${port}` : ''}, which does not answer: ${quote(match.excerpt, 150)}`,
    confidence: 0.85,
    confidence_reason: 'its log or its command names what it waits for, and it has not finished',
    blames: blamed
      ? [{ resource: blamed, because: `${situation.spec.name} waits for ${host}${port ? `:${port}` : ''}` }]
      : [],
    remedies: [
      escalate(
        situation.view,
        situation.workload,
        `why does ${host}${port ? `:${port}` : ''} not answer?`,
        `${host} does not answer`,
      ),
    ],
  })
}

function lastWait({ records }: Situation): SignatureMatch | undefined {
  for (const record of records.slice(-40).toReversed()) {
    const found = matchRecord(record).find((match) => match.signature.family === 'waiting' && match.facts.host)
    if (found) return found
  }
  return undefined
}

/** A loop without log lines: its command names what it waits for. */
function waitInCommand({ spec, records, init }: Situation): SignatureMatch | undefined {
  if (!init || !waitingFor) return undefined
  const script = [...(spec.command ?? []), ...(spec.args ?? [])].join(' ')
  const groups = waitingLoops.map((pattern) => pattern.exec(script)?.groups).find((found) => found !== undefined)
  if (!groups?.['host']) return undefined
  const record: LogRecord = records.at(-1) ?? { index: 0, message: script.slice(0, 150), text: script.slice(0, 400) }
  const signature: Signature = waitingFor
  return {
    signature,
    record,
    excerpt: record.message,
    facts: { host: groups['host'], ...(groups['port'] ? { port: groups['port'] } : {}) },
  }
}
