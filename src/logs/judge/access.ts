import type { Remedy } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Service } from '#src/domain/kubernetes/network.ts'
import type { Container } from '#src/domain/kubernetes/objects.ts'
import type { Facts, SignatureMatch } from '#src/logs/signatures/signature.ts'
import { escalate, instruct } from '#src/rules/kit/actions.ts'
import { buildDraft, capitalize, quote, subjectOf } from './draft.ts'
import { addressOf, resolveHost } from './hosts.ts'
import { backToGoodRevision, type Situation } from './situation.ts'

/** The API server or a dependency rejects the container: a missing role, wrong credentials, or a failed TLS handshake. */
export function judgeAccess(situation: Situation, match: SignatureMatch): FindingDraft {
  if (match.signature.family === 'forbidden') return judgeForbidden(situation, match)
  return match.signature.family === 'tls' ? judgeTls(situation, match) : judgeLogin(situation, match)
}

function judgeForbidden(situation: Situation, match: SignatureMatch): FindingDraft {
  const { verb, resource, group, scope, account, account_namespace } = match.facts
  const who = account ? `ServiceAccount ${account_namespace}/${account}` : 'its service account'
  const what = `${verb ? `${verb} ` : ''}${resource ?? 'a resource'}${group ? ` (${group})` : ''}`
  const where = scope ? ` in namespace ${scope}` : verb ? ' at the cluster scope' : ''
  return buildDraft(situation, {
    mechanism: 'rbac_forbidden',
    record: match.record,
    statement: `${capitalize(subjectOf(situation))} is refused by the API server: ${who} is forbidden to ${what}${where}, because no bound Role allows it`,
    confidence: account ? 0.95 : 0.75,
    confidence_reason: account
      ? 'the log quotes the response of the API server'
      : 'the log reports the refusal without the name of the account',
    remedies: grants(situation, match.facts),
  })
}

function grants(situation: Situation, facts: Facts): Remedy[] {
  const { verb = '*', resource = 'the resource', group = '', scope, account } = facts
  const name = account ?? situation.workload.name
  const namespace = scope ?? situation.namespace
  const kind = scope || !facts.verb ? 'Role' : 'ClusterRole'
  const at = kind === 'Role' ? { namespace } : {}
  // A leader election reads, creates and renews its lease: with the first verb alone, the next request is refused.
  const verbs = resource === 'leases' ? 'get, create, update' : verb
  const rule = `resource "${resource}" in API group "${group}": verbs ${verbs}`
  const reason = `${name} may not ${verb} ${resource}`
  const role = instruct(
    { kind, ...at, name },
    'create_role',
    `Create (or extend) ${kind} ${name} with ${rule}, and bind it to ServiceAccount ${name} of namespace ${facts.account_namespace ?? namespace} by a ${kind}Binding. Grant no more than that.`,
    { reason },
  )
  const binding = instruct(
    { kind: `${kind}Binding`, ...at, name },
    'create_rolebinding',
    `Bind ${kind} ${name} (${rule}) to ServiceAccount ${name} of namespace ${facts.account_namespace ?? namespace}.`,
    { reason },
  )
  return [role, binding]
}

function judgeTls(situation: Situation, match: SignatureMatch): FindingDraft {
  return buildDraft(situation, {
    mechanism: 'tls_failure',
    record: match.record,
    statement: `${capitalize(subjectOf(situation))} fails its TLS handshake: ${quote(match.excerpt, 200)}`,
    confidence: 0.85,
    confidence_reason: 'the log quotes the failed handshake',
    remedies: [
      ...backToGoodRevision(situation),
      escalate(
        situation.view,
        situation.workload,
        `correct the certificate or its authority: ${quote(match.excerpt, 140)}`,
        'verification must not be switched off',
      ),
    ],
  })
}

/** For the error messages of a kind of dependency: how the names of its settings begin. */
const dependencyKinds: readonly [RegExp, RegExp][] = [
  [
    /SQLSTATE|pg_hba|SASL: SCRAM|password authentication failed|postgres|psycopg|pgx|Npgsql/i,
    /PG|POSTGRES|DB|DATABASE|SQL/i,
  ],
  [/Access denied for user|mysql|mariadb|ORA-\d|Login failed for user/i, /MYSQL|MARIADB|DB|DATABASE|SQL|ORACLE/i],
  [/WRONGPASS|NOAUTH|redis|valkey/i, /REDIS|VALKEY|CACHE/i],
  [/mongo/i, /MONGO|DB|DATABASE/i],
  [/kafka|Sasl/i, /KAFKA|BROKER|SASL/i],
  [/amqp|rabbit|ACCESS_REFUSED/i, /RABBIT|AMQP|BROKER|MQ/i],
  [/LDAP/i, /LDAP|BIND/i],
  [/vault/i, /VAULT/i],
  [/elastic|security_exception/i, /ELASTIC|ES_|OPENSEARCH/i],
]

/** The variable with the credentials, and the Secret that it is read from; names only. */
interface CredentialSource {
  variable: string
  secret?: { name: string; key: string }
}

const credential = /PASS(?:WORD|WD|PHRASE)?(?:$|_)|PWD$|SECRET|TOKEN|CREDENTIAL|API_?KEY|ACCESS_?KEY|AUTH$/i

/** A connection string may contain credentials as well. */
const connection = /(?:DSN|_URL|_URI|CONNECTION_?STRING)$|^DATABASE_URL$/i

/**
 * A dependency rejects the credentials. The finding names where the client reads them from and, where it differs, where the server
 * reads its own. A log cannot show which of the two is wrong. Only names are shown, never values.
 */
function judgeLogin(situation: Situation, match: SignatureMatch): FindingDraft {
  const { user, resource } = match.facts
  const { host } = addressOf(situation, match)
  const target = host ? resolveHost(host, situation.namespace, situation.view) : undefined
  const service = target?.kind === 'service' ? target.service : undefined
  const who = user ? ` as user "${user}"` : resource ? ` for ${resource}` : ''
  const at = service ? ` by Service ${service.metadata.name}` : host ? ` by ${host}` : ' by a dependency'
  const source = credentialSource(situation, match)
  const server = service ? serverCredentials(service, situation.view) : undefined
  const differs = server && source?.secret && describeSecret(server.source) !== describeSecret(source)
  const from = source ? `; it reads the credentials from ${describe(source)}` : ''
  const hint = differs ? `, ${server.owner} reads its own from ${describe(server.source)}` : ''
  return buildDraft(situation, {
    mechanism: 'authentication_failed',
    record: match.record,
    statement: sentence(`${capitalize(subjectOf(situation))} is refused${at}${who}`, `${from}${hint}`, match),
    confidence: source || user ? 0.85 : 0.8,
    confidence_reason: 'the log quotes the refusal; which side has the wrong credentials was not seen',
    remedies: [
      ...backToGoodRevision(situation),
      ...(source ? [correctKey(situation, source, { who, at, hint })] : []),
      escalate(
        situation.view,
        situation.workload,
        `give ${situation.workload.name} valid credentials${who}${source ? ` in ${describe(source)}` : ''}: ${quote(match.excerpt, 120)}`,
        `credentials are rejected${at}`,
      ),
    ],
  })
}

/** Where the whole line does not fit, only the text of the refusal is quoted, before the names. */
function sentence(refused: string, sources: string, match: SignatureMatch): string {
  const whole = `${refused}${sources}: ${quote(match.excerpt, 130)}`
  if (whole.length <= 300) return whole
  return `${refused} (${quote(match.matched ?? match.excerpt, 70)})${sources}`
}

function correctKey(
  situation: Situation,
  source: CredentialSource,
  about: { who: string; at: string; hint: string },
): Remedy {
  const { secret, variable } = source
  const { workload, namespace, spec } = situation
  const target = secret ? { kind: 'Secret', namespace, name: secret.name } : workload
  const place = secret
    ? `key ${secret.key} of Secret ${secret.name} (variable ${variable})`
    : `variable ${variable} of container ${spec.name}`
  return instruct(
    target,
    'correct_credentials',
    `Update ${place} with the credentials that the dependency accepts${about.who}, without printing them, then restart ${workload.kind} ${workload.name} so that it reads them${about.hint ? ` (${about.hint.slice(2)})` : ''}. If the password was changed at the server, use the new one.`,
    { reason: `credentials are rejected${about.at}${about.who}` },
  )
}

function describe(source: CredentialSource): string {
  return source.secret ? `${source.variable} (${describeSecret(source)})` : source.variable
}

function describeSecret({ secret }: CredentialSource): string {
  return secret ? `Secret ${secret.name}, key ${secret.key}` : ''
}

/** Where the server behind a Service reads its own password from. */
function serverCredentials(
  service: Service,
  view: ClusterView,
): { owner: string; source: CredentialSource } | undefined {
  const pod = view.podsOfService(service)[0]
  if (!pod) return undefined
  const sources = pod.spec.containers.flatMap((container) =>
    containerCredentials(container, pod.metadata.namespace ?? '', view).filter(
      ({ variable, secret }) => secret && /PASS/i.test(variable),
    ),
  )
  const [only] = sources
  const { kind, name } = view.workloadOf(pod)
  return only && sources.length === 1 ? { owner: `${kind} ${name}`, source: only } : undefined
}

/** Where this container reads the rejected credentials from; undefined where several places are possible. */
function credentialSource({ spec, view, namespace }: Situation, match: SignatureMatch): CredentialSource | undefined {
  const settingName = dependencyKinds.find(([message]) => message.test(match.record.text))?.[1]
  const found = containerCredentials(spec, namespace, view).map((source) => ({
    source,
    weight:
      (settingName?.test(source.variable) ? 4 : 0) +
      (source.secret ? 2 : 0) +
      (/PASS|SECRET|TOKEN|KEY/i.test(source.variable) ? 1 : 0),
  }))
  const [best, second] = found.toSorted((left, right) => right.weight - left.weight)
  if (!best || (best.weight < 4 && second)) return undefined
  return best.source
}

/** The variables of a container whose names stand for credentials, with the keys of Secrets in envFrom. */
function containerCredentials(spec: Container, namespace: string, view: ClusterView): CredentialSource[] {
  const single = (spec.env ?? []).flatMap(({ name, value, valueFrom }): CredentialSource[] => {
    const ref = valueFrom?.secretKeyRef
    if (ref?.name) return [{ variable: name, secret: { name: ref.name, key: ref.key } }]
    const isCredential = credential.test(name) || (connection.test(name) && /:\/\/[^/\s]*@/.test(value ?? ''))
    return isCredential ? [{ variable: name }] : []
  })
  const whole = (spec.envFrom ?? []).flatMap(({ secretRef, prefix }): CredentialSource[] => {
    const secret = secretRef?.name ? view.get('Secret', namespace, secretRef.name) : undefined
    return (secret?.keys ?? [])
      .filter((key) => credential.test(key) || connection.test(key))
      .map((key) => ({ variable: `${prefix ?? ''}${key}`, secret: { name: secret?.metadata.name ?? '', key } }))
  })
  return [...single, ...whole].filter(({ variable }) => credential.test(variable) || connection.test(variable))
}
