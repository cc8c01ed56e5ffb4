import type { Remedy } from '#src/domain/action.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { SignatureMatch } from '#src/logs/signatures/signature.ts'
import { buildDraft } from './build-draft.ts'
import { escalate, instruct } from './remedies.ts'
import type { Situation } from './situation.ts'
import { capitalize, quote, subjectOf } from './words.ts'
import { wrongHost, type WrongHost } from './wrong-host.ts'

interface MissingName {
  name: string
  namespace: string
  proven: boolean
  host: string
  port?: string | undefined
  /** The pod that is meant, where the name is one of a stateful set's pods: then its governing service is what is missing. */
  pod?: string
}

/** A name of the cluster that no Service bears: the name is wrong, or the Service has yet to be made. */
export function missingHost(situation: Situation, match: SignatureMatch, missing: MissingName): FindingDraft {
  const { name, namespace, proven, host, port } = missing
  const wrong = wrongHost(situation, host, name)
  const isWait = match.signature.family === 'waiting' || situation.trouble === 'waiting'
  const isName = !isWait && match.signature.family === 'unresolved_name' && !missing.pod
  const governs = missing.pod ? ` (its serviceName)` : ''
  const absent = `no Service ${name} ${proven ? 'exists' : 'was seen'} in namespace ${namespace}${governs}`
  const meant =
    wrong.suggested && !missing.pod
      ? `; Service ${wrong.suggested.metadata.name} exists in ${wrong.suggested.metadata.namespace}`
      : ''
  const from = wrong.from ? ` (${wrong.from})` : ''
  const subject = capitalize(subjectOf(situation))
  const said = quote(match.said, 110)
  const address = `${host}${port ? `:${port}` : ''}${from}`
  const statement = isName
    ? `${subject} cannot resolve ${host}${from}, ${noSuchHost(match.record.text)}: ${absent}${meant}`
    : `${subject} ${isWait ? 'waits for' : 'cannot reach'} ${address} and ${absent}${meant}: ${said}`
  return buildDraft(situation, {
    mechanism: isName ? 'dns_name_unresolved' : 'service_missing',
    record: match.record,
    statement,
    confidence: proven ? 0.92 : 0.75,
    confidence_reason: proven
      ? 'the log names the host and the picture proves that no Service bears it'
      : `the log names the host; the Services of namespace ${namespace} were not seen`,
    evidence: wrong.evidence,
    remedies: [...wrong.remedies, ...(wrong.remedies.length > 0 ? [] : provide(situation, missing, wrong, !isName))],
  })
}

/** Nothing of the template can be corrected: the Service has to be made, or its right name found where it is written. */
function provide(situation: Situation, missing: MissingName, wrong: WrongHost, isExpected: boolean): Remedy[] {
  const { name, namespace, host, port } = missing
  if (missing.pod) return [governing(situation, missing)]
  const { kind, name: workload } = situation.workload
  const reason = `nothing answers to ${host}`
  const meant = wrong.suggested
    ? `call ${wrong.suggested.metadata.name} of namespace ${wrong.suggested.metadata.namespace} instead of ${host}`
    : `deploy ${name}, or name the right host instead of ${host}`
  const ask = escalate(situation, meant, reason)
  if (wrong.suggested) return [ask]
  const create = instruct(
    { kind: 'Service', namespace, name },
    'create_service',
    `Create Service ${name} in namespace ${namespace}${port ? ` with port ${port}` : ''} (and the workload behind it), or give ${kind} ${workload} the right name.`,
    reason,
  )
  return isExpected ? [create, ask] : [ask, create]
}

/** A stateful set's pods have names only through the headless Service that it names: another Service does not give them. */
function governing({ workload }: Situation, { name, namespace, host }: MissingName): Remedy {
  return instruct(
    { kind: 'Service', namespace, name },
    'create_service',
    `Create the headless Service ${name} (clusterIP: None) in namespace ${namespace} that selects the pods of ${workload.kind} ${workload.name} (serviceName): their DNS names come with it.`,
    `nothing answers to ${host}`,
  )
}

/** The words in which the resolver said so. */
function noSuchHost(text: string): string {
  if (/no such host/i.test(text)) return '"no such host"'
  const said =
    /server misbehaving|ENOTFOUND|EAI_AGAIN|Name or service not known|Name does not resolve|Temporary failure in name resolution|UnknownHostException|could not translate host name|host not found in upstream|Could not resolve host|bad address|NXDOMAIN|nodename nor servname|Unknown MySQL server host|No address associated|failed to lookup address/i.exec(
      text,
    )
  return said ? `no such host ("${said[0]}")` : 'no such host'
}
