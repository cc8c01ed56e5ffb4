import type { Remedy } from '#src/domain/action.ts'
import { eventEvidence, objectEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Container } from '#src/domain/kubernetes/objects.ts'
import type { SignatureMatch } from '#src/logs/signatures/signature.ts'
import { instruct, setCommand, setEnv } from '#src/rules/kit/actions.ts'
import { buildDraft, capitalize, quote, subjectOf } from './draft.ts'
import { backToGoodRevision, recentEvents, type Situation } from './situation.ts'

const listens =
  /\b(?:listen\w*|serv\w*|running|bound|bind\w*|started)\b[^\n]{0,40}?(?<host>127\.0\.0\.1|localhost|\[?::1\]?):(?<port>\d{2,5})\b/i
const ownAddress = /(?:^|_)(?:HOST|BIND|LISTEN|ADDR|ADDRESS|HOSTNAME|IP|URLS)(?:_|$)/
const foreign = /DB|DATABASE|REDIS|KAFKA|MQ|UPSTREAM|BACKEND|TARGET|REMOTE|PROXY|PEER/

/** The program listens on the loopback address only, which no probe and no Service can reach, and a probe is refused at that port. */
export function judgeLoopback(situation: Situation): FindingDraft | undefined {
  const { records } = situation
  for (const record of records) {
    const { host, port } = listens.exec(record.message)?.groups ?? {}
    if (!host || !port) continue
    const refused = recentEvents(situation).find(
      ({ reason, message }) => reason === 'Unhealthy' && message.includes(`:${port}: connect: connection refused`),
    )
    const elsewhere = new RegExp(`(?:0\\.0\\.0\\.0|\\[::\\]|\\*|\\s):${port}\\b`)
    if (!refused || records.some(({ message }) => elsewhere.test(message))) continue
    const where = `${host}:${port}`
    return buildDraft(situation, {
      mechanism: 'bad_config_value',
      record,
      statement: `${capitalize(subjectOf(situation))} listens on ${where} only, so nothing outside the container reaches port ${port} and its ${/^(readiness|liveness|startup)/i.exec(refused.message)?.[0]?.toLowerCase() ?? 'own'} probe gets "connection refused"; it must listen on 0.0.0.0: ${quote(record.message, 90)}`,
      confidence: 0.92,
      confidence_reason: 'the log names the address that it listens on, and a probe is refused at that port',
      evidence: [eventEvidence(refused)],
      remedies: openUp(situation, where, host),
    })
  }
  return undefined
}

/** Changes the variable or the argument that holds the loopback address; where neither does, a person has to find the setting. */
function openUp(situation: Situation, where: string, host: string): Remedy[] {
  const { spec, workload } = situation
  const reason = `${where} can be reached only from inside the container`
  const back = backToGoodRevision(situation)
  const variable = (spec.env ?? []).find(
    ({ name, value }) => value?.includes(host) && ownAddress.test(name) && !foreign.test(name),
  )
  if (variable?.value) {
    const value = variable.value.replaceAll(host, '0.0.0.0')
    return [setEnv(workload, { container: spec.name, name: variable.name, value }, { reason }), ...back]
  }
  const field = (['args', 'command'] as const).find((name) => spec[name]?.some((word) => word.includes(host)))
  if (field) {
    const list = (spec[field] ?? []).map((word) => word.replaceAll(host, '0.0.0.0'))
    return [setCommand(workload, { container: spec.name, [field]: list }, { reason }), ...back]
  }
  const instruction = `Let container ${spec.name} of ${workload.kind} ${workload.name} listen on 0.0.0.0 instead of ${where}, by the setting of the program that holds its listen address.`
  return [...back, instruct(workload, 'listen_on_all_addresses', instruction, { reason })]
}

/** Variables that name an address of another program. */
const otherUsers = /TARGET|UPSTREAM|REMOTE|BACKEND|SCRAPE|PROXY_|SERVER_URL|_HOST$|DATABASE|DB_|REDIS|KAFKA/

/** Another process of the pod already listens on the port. */
export function judgePort(situation: Situation, match: SignatureMatch): FindingDraft {
  const { pod, spec, view } = situation
  const port = Number(match.facts.port ?? Number.NaN)
  const others = pod.spec.containers.filter((container) => container.name !== spec.name)
  const holder = others.find((container) => declares(container, port)) ?? (others.length === 1 ? others[0] : undefined)
  const shown = Number.isNaN(port) ? 'its port' : `port ${port}`
  const held = holder
    ? `, which container ${holder.name} of the same pod ${declares(holder, port) ? 'declares' : 'may use'}`
    : ''
  return buildDraft(situation, {
    mechanism: 'port_conflict',
    record: match.record,
    statement: `${capitalize(subjectOf(situation))} cannot listen on ${shown} (address already in use)${held}: ${quote(match.excerpt, 120)}`,
    confidence: holder && declares(holder, port) ? 0.95 : 0.85,
    confidence_reason: holder
      ? 'the log names the port, and containers of a pod share their ports'
      : 'the log names the port',
    evidence: holder
      ? [
          objectEvidence(
            view.snapshot,
            pod,
            `.spec.containers[?(@.name=="${holder.name}")].ports`,
            `Container ${holder.name} of pod ${pod.metadata.name} declares ${(holder.ports ?? []).map((entry) => entry.containerPort).join(', ') || 'no port'}`,
          ),
        ]
      : [],
    remedies: [otherPort(situation, port)],
  })
}

function declares(container: Container, port: number): boolean {
  return (container.ports ?? []).some((entry) => entry.containerPort === port)
}

/** Changes the port of this container in the variable or the argument that names it; a free port is asked for. */
function otherPort({ workload, spec, pod }: Situation, port: number): Remedy {
  const used = pod.spec.containers.flatMap((container) => (container.ports ?? []).map((entry) => entry.containerPort))
  const reason = `port ${port} is already in use inside the pod`
  const ask = `a free port for container ${spec.name}${used.length > 0 ? ` (taken: ${[...new Set(used)].join(', ')})` : ''}`
  const own = new RegExp(`^(?:\\w+://)?(?:0\\.0\\.0\\.0|\\[?::\\]?|\\*)?:?${port}$`)
  const variables = (spec.env ?? []).filter((entry) => !otherUsers.test(entry.name))
  const variable =
    variables.find((entry) => own.test(entry.value ?? '')) ??
    variables.find((entry) => /(?:^|_)(?:PORT|LISTEN|BIND)(?:_ADDR\w*)?$/.test(entry.name))
  const container = spec.name
  if (variable)
    return setEnv(workload, { container, name: variable.name }, { reason, needs: [{ param: 'value', ask }] })
  const field = (spec.command ?? []).some((word) => word.includes(String(port))) ? 'command' : 'args'
  return setCommand(workload, { container }, { reason, needs: [{ param: field, ask }] })
}
