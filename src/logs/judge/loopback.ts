import type { Remedy } from '#src/domain/action.ts'
import { eventEvidence } from '#src/domain/evidence-draft.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import { buildDraft } from './build-draft.ts'
import { instruct, rollback, setEnv } from './remedies.ts'
import type { Situation } from './situation.ts'
import { capitalize, quote, subjectOf } from './words.ts'

const listens =
  /\b(?:listen\w*|serv\w*|running|bound|bind\w*|started)\b[^\n]{0,40}?(?<host>127\.0\.0\.1|localhost|\[?::1\]?):(?<port>\d{2,5})\b/i
const recentMs = 900_000
const ownAddress = /(?:^|_)(?:HOST|BIND|LISTEN|ADDR|ADDRESS|HOSTNAME|IP|URLS)(?:_|$)/
const foreign = /DB|DATABASE|REDIS|KAFKA|MQ|UPSTREAM|BACKEND|TARGET|REMOTE|PROXY|PEER/

/** The program listens on its own loopback only, where no probe and no Service reaches it, and a probe is refused at that port. */
export function judgeLoopback(situation: Situation): FindingDraft | undefined {
  const { view, pod, records } = situation
  for (const record of records) {
    const { host, port } = listens.exec(record.message)?.groups ?? {}
    if (!host || !port) continue
    const refused = view.eventsOf(pod).find((event) => {
      const age = view.ageOf(event.last_seen)
      const recent = age === undefined || age <= recentMs
      return recent && event.reason === 'Unhealthy' && event.message.includes(`:${port}: connect: connection refused`)
    })
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

/** The variable or the argument that holds the loopback address, else an instruction: which setting it is, its owners know. */
function openUp(situation: Situation, where: string, host: string): Remedy[] {
  const { spec, workload } = situation
  const reason = `${where} is reached from inside the container only`
  const back = rollback(situation, reason)
  const variable = (spec.env ?? []).find(
    ({ name, value }) => value?.includes(host) && ownAddress.test(name) && !foreign.test(name),
  )
  if (variable?.value) {
    const value = variable.value.replaceAll(host, '0.0.0.0')
    return [setEnv(situation, variable.name, reason, { value }), ...back]
  }
  const field = (['args', 'command'] as const).find((name) => spec[name]?.some((word) => word.includes(host)))
  if (field) {
    const list = (spec[field] ?? []).map((word) => word.replaceAll(host, '0.0.0.0'))
    const params = { container: spec.name, [field]: list }
    return [{ kind: 'set_command', target: workload, params, reason, risk: 'low', reversible: true }, ...back]
  }
  const instruction = `Let container ${spec.name} of ${workload.kind} ${workload.name} listen on 0.0.0.0 instead of ${where}, by the setting of the program that holds its listen address.`
  return [...back, instruct(workload, 'listen_on_all_addresses', instruction, reason)]
}
