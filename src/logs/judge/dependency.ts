import type { Remedy } from '#src/domain/action.ts'
import { refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import type { Blame, FindingDraft } from '#src/domain/finding.ts'
import { matchesSelector } from '#src/domain/kubernetes/label-selector.ts'
import type { NetworkPolicy, Service } from '#src/domain/kubernetes/network.ts'
import type { Pod } from '#src/domain/kubernetes/objects.ts'
import type { SignatureMatch } from '#src/logs/signatures/signature.ts'
import { escalate, instruct, setEnv } from '#src/rules/kit/actions.ts'
import { addressOf, closestService, resolveHost } from './hosts.ts'
import { buildDraft, capitalize, quote, subjectOf } from './draft.ts'
import { missingHost } from './missing-host.ts'
import type { Situation } from './situation.ts'

/** The Service of the name server in nearly every cluster, whichever program runs behind it. */
const nameServer: Blame = {
  resource: { kind: 'Service', namespace: 'kube-system', name: 'kube-dns' },
  because: 'it resolves the names of the cluster',
}

/** The name server gave no answer, so the name may exist. */
const noAnswer =
  /EAI_AGAIN|temporary failure in name resolution|server misbehaving|SERVFAIL|ESERVFAIL|try again|:53\b.{0,60}(?:timeout|timed out|refused)|no servers could be reached/i

const timeout = /timed? ?out|deadline exceeded|ETIMEDOUT|no route|EHOSTUNREACH|unreachable/i

/** The program cannot reach something that it calls. */
export function judgeDependency(situation: Situation, match: SignatureMatch): FindingDraft {
  const { host, port } = addressOf(situation, match)
  if (!host) return unknownTarget(situation, match)
  const target = resolveHost(host, situation.namespace, situation.view)
  if (target.kind === 'service') {
    const { externalName: alias } = target.service.spec
    if (alias !== undefined && match.signature.family === 'unresolved_name')
      return externalName(situation, match, target.service, alias)
    if (match.signature.family === 'unresolved_name' && !isHeadless(target.service))
      return unresolvedService(situation, match, { host, service: target.service })
    return behindService(situation, match, { service: target.service, host, port })
  }
  if (target.kind === 'missing') return missingHost(situation, match, { ...target, host, port })
  if (match.signature.family === 'unresolved_name') return foreignName(situation, match, host)
  return buildDraft(situation, {
    mechanism: 'dependency_unreachable',
    record: match.record,
    statement: `${capitalize(subjectOf(situation))} cannot reach ${host}${port ? `:${port}` : ''}: ${quote(match.excerpt, 170)}`,
    confidence: 0.7,
    confidence_reason: 'the log names the address, and no observed Service has it',
    blames:
      target.kind === 'workload'
        ? [{ resource: target.ref, because: `${host} is the address of one of its pods` }]
        : [],
    remedies: [askOwner(situation, `${host}${port ? `:${port}` : ''}`)],
  })
}

function behindService(
  situation: Situation,
  match: SignatureMatch,
  called: { service: Service; host: string; port?: string | undefined },
): FindingDraft {
  const { service, host, port } = called
  const name = `Service ${service.metadata.name}`
  const offered = (service.spec.ports ?? []).map((entry) => entry.port)
  const wrongPort = port !== undefined && offered.length > 0 && !offered.includes(Number(port)) && !isHeadless(service)
  const where =
    host === service.metadata.name
      ? `${name}${port ? `, port ${port}` : ''}`
      : `${name} (${host}${port ? `:${port}` : ''})`
  const statement = wrongPort
    ? `${capitalize(subjectOf(situation))} calls port ${port} of ${name}, which offers ${offered.join(', ')}: ${quote(match.excerpt, 130)}`
    : `${capitalize(subjectOf(situation))} cannot reach ${where}: ${quote(match.excerpt, 150)}`
  return buildDraft(situation, {
    mechanism: wrongPort ? 'bad_config_value' : 'dependency_unreachable',
    record: match.record,
    statement,
    confidence: 0.85,
    confidence_reason: 'the log names the address, and the Service has it',
    blames: wrongPort
      ? []
      : [
          {
            resource: refOf(service),
            because: `${situation.workload.name} cannot reach ${host}${port ? `:${port}` : ''}`,
          },
          ...policyBlames(situation, service, match.record.text),
        ],
    evidence: [
      objectEvidence(
        situation.view.snapshot,
        service,
        '.spec',
        `${name} has cluster IP ${service.spec.clusterIP ?? 'none'} and port ${offered.join(', ') || 'none'}`,
      ),
    ],
    remedies: [
      ...(wrongPort ? rightPort(situation, port, offered) : []),
      askOwner(situation, `${service.metadata.name}${port ? `:${port}` : ''}`),
    ],
  })
}

/** The variable that holds the wrong port, with the only port that the Service offers. */
function rightPort(situation: Situation, port: string, offered: readonly number[]): Remedy[] {
  const [right] = offered
  const exact = new RegExp(`(^|:)${port}(?!\\d)`)
  const variable = (situation.spec.env ?? []).find((entry) => exact.test(entry.value ?? ''))
  if (!variable?.value || right === undefined) return []
  const reason = `port ${port} is not offered; ${offered.join(', ')} is`
  if (offered.length > 1)
    return [
      setEnv(
        situation.workload,
        { container: situation.spec.name, name: variable.name },
        { reason, needs: [{ param: 'value', ask: `which of ${offered.join(', ')}` }] },
      ),
    ]
  return [
    setEnv(
      situation.workload,
      { container: situation.spec.name, name: variable.name, value: variable.value.replace(exact, `$1${right}`) },
      { reason },
    ),
  ]
}

/** A Service of this name exists and has an address: then the DNS of the cluster fails. */
function unresolvedService(
  situation: Situation,
  match: SignatureMatch,
  { host, service }: { host: string; service: Service },
): FindingDraft {
  return buildDraft(situation, {
    mechanism: 'dns_name_unresolved',
    record: match.record,
    statement: `${capitalize(subjectOf(situation))} cannot resolve ${host} though a Service of this name exists, so the cluster's DNS fails: ${quote(match.excerpt, 130)}`,
    confidence: 0.6,
    confidence_reason: 'the Service exists, but why its name does not resolve was not seen',
    blames: [...policyBlames(situation, service, match.record.text), nameServer],
    remedies: [
      escalate(
        situation.view,
        situation.workload,
        `check the cluster's DNS: ${host} does not resolve`,
        'a name that exists does not resolve',
      ),
    ],
  })
}

function foreignName(situation: Situation, match: SignatureMatch, host: string): FindingDraft {
  return buildDraft(situation, {
    mechanism: 'dns_name_unresolved',
    record: match.record,
    statement: `${capitalize(subjectOf(situation))} cannot resolve ${host}: ${quote(match.excerpt, 190)}`,
    confidence: 0.75,
    confidence_reason: 'the log names a host outside the cluster that does not resolve',
    blames: noAnswer.test(match.record.text) ? [nameServer] : [],
    remedies: [
      escalate(
        situation.view,
        situation.workload,
        `is ${host} the right name, and does it resolve from the cluster?`,
        `${host} does not resolve`,
      ),
    ],
  })
}

function unknownTarget(situation: Situation, match: SignatureMatch): FindingDraft {
  return buildDraft(situation, {
    mechanism: match.signature.family === 'unresolved_name' ? 'dns_name_unresolved' : 'dependency_unreachable',
    record: match.record,
    statement: `${capitalize(subjectOf(situation))} cannot reach a dependency: ${quote(match.excerpt, 200)}`,
    confidence: 0.55,
    confidence_reason: 'the log does not name the address',
    remedies: [askOwner(situation, 'the dependency that the log does not name')],
  })
}

function askOwner(situation: Situation, address: string) {
  return escalate(
    situation.view,
    situation.workload,
    `why does ${address} not answer ${situation.workload.name}?`,
    `${address} does not answer`,
  )
}

function isHeadless(service: Service): boolean {
  return service.spec.clusterIP === 'None'
}

/**
 * Network policies that apply to a call without an answer: they select the caller for egress or the called pods for ingress. The
 * rules about network policies judge whether one of them denies it.
 */
function policyBlames({ view, pod }: Situation, service: Service, text: string): Blame[] {
  if (!timeout.test(text)) return []
  const called = view.podsOfService(service)
  return view
    .list('NetworkPolicy')
    .filter(
      (policy) => selects(policy, pod, 'Egress') || called.some((candidate) => selects(policy, candidate, 'Ingress')),
    )
    .slice(0, 4)
    .map((policy) => ({
      resource: refOf(policy),
      because: `it applies to calls from the caller to ${service.metadata.name}`,
    }))
}

function selects({ metadata, spec }: NetworkPolicy, pod: Pod, direction: 'Ingress' | 'Egress'): boolean {
  const types = spec?.policyTypes ?? ['Ingress', ...(spec?.egress ? ['Egress'] : [])]
  return (
    metadata.namespace === pod.metadata.namespace &&
    types.includes(direction) &&
    matchesSelector(spec?.podSelector, pod.metadata.labels)
  )
}

/** A Service that is an alias of a host: where the name does not resolve, that host is wrong or gone. */
function externalName(
  situation: Situation,
  match: SignatureMatch,
  service: Service,
  externalHost: string,
): FindingDraft {
  const { name, namespace = situation.namespace } = service.metadata
  const { view } = situation
  const target = resolveHost(externalHost, namespace, view)
  const isGone = target.kind === 'missing' && target.proven
  const meant =
    target.kind === 'missing'
      ? closestService(target.name, { view, namespace: target.namespace }, (each) => each.metadata.name !== name)
      : undefined
  const fault = isGone
    ? `and no Service ${target.name} exists in namespace ${target.namespace}${meant ? ` (${meant.metadata.name} does)` : ''}`
    : 'which does not resolve'
  return buildDraft(situation, {
    mechanism: 'dns_name_unresolved',
    resource: refOf(service),
    record: match.record,
    statement: `Service ${name} is an alias (externalName) of ${externalHost}, ${fault}, so ${subjectOf(situation)} cannot resolve ${name}: ${quote(match.excerpt, 90)}`,
    confidence: isGone ? 0.92 : 0.8,
    confidence_reason: isGone
      ? 'the Service is an alias of a cluster name that does not exist'
      : 'the name is an alias, and the log reports that it does not resolve',
    evidence: [
      objectEvidence(view.snapshot, service, '.spec.externalName', `Service ${name} has externalName ${externalHost}`),
    ],
    remedies: [correct(service, externalHost, meant)],
  })
}

function correct(service: Service, host: string, meant: Service | undefined): Remedy {
  const { name } = service.metadata
  const right = meant ? `${meant.metadata.name}.${meant.metadata.namespace}.svc.cluster.local` : 'the right host'
  return instruct(
    refOf(service),
    'patch_external_name',
    `Check externalName ${host} of Service ${name} and set it to ${right}; callers keep the name ${name}, so nothing else has to change.`,
    {
      reason: `${host} does not resolve`,
      ...(meant ? {} : { needs: [{ param: 'externalName', ask: `Which host is Service ${name} an alias of?` }] }),
    },
  )
}
