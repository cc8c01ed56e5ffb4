import type { Remedy } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Container, Service } from '#src/domain/kubernetes/objects.ts'
import type { SignatureMatch } from '#src/logs/signatures/signature.ts'
import { addressOf } from './address-of.ts'
import { buildDraft } from './build-draft.ts'
import { escalate, instruct, rollback } from './remedies.ts'
import { resolveHost } from './resolve-host.ts'
import type { Situation } from './situation.ts'
import { capitalize, quote, subjectOf } from './words.ts'

/** By what name the settings of a kind of dependency begin, as the words of its refusal show. */
const kinds: readonly [RegExp, RegExp][] = [
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

/** The variable that holds credentials, and the Secret that it is read from; names only. */
interface CredentialSource {
  variable: string
  secret?: { name: string; key: string }
}

const credential = /PASS(?:WORD|WD|PHRASE)?(?:$|_)|PWD$|SECRET|TOKEN|CREDENTIAL|API_?KEY|ACCESS_?KEY|AUTH$/i

/** A connection string may hold credentials as well. */
const connection = /(?:DSN|_URL|_URI|CONNECTION_?STRING)$|^DATABASE_URL$/i

/**
 * A dependency refuses the credentials. What has to be put right is where the client takes them from, unless the server's own
 * settings show otherwise; which of the two is wrong no log can tell. Names are told, values never.
 */
export function judgeLogin(situation: Situation, match: SignatureMatch): FindingDraft {
  const { user, resource } = match.facts
  const { host } = addressOf(situation, match)
  const target = host ? resolveHost(host, situation.namespace, situation.view) : undefined
  const service = target?.kind === 'service' ? target.service : undefined
  const who = user ? ` as user "${user}"` : resource ? ` for ${resource}` : ''
  const at = service ? ` by Service ${service.metadata.name}` : host ? ` by ${host}` : ' by a dependency'
  const source = credentialSource(situation, match)
  const server = service ? serverCredentials(service, situation.view) : undefined
  const differs = server && source?.secret && describeSecret(server.source) !== describeSecret(source)
  const from = source ? `; it takes the credentials from ${describe(source)}` : ''
  const hint = differs ? `, ${server.owner} takes its own from ${describe(server.source)}` : ''
  return buildDraft(situation, {
    mechanism: 'authentication_failed',
    record: match.record,
    statement: sentence(`${capitalize(subjectOf(situation))} is refused${at}${who}`, `${from}${hint}`, match),
    confidence: source || user ? 0.85 : 0.8,
    confidence_reason: 'the log quotes the refusal; which side holds the wrong credentials was not seen',
    remedies: [
      ...rollback(situation, 'credentials are refused'),
      ...(source ? [correctKey(situation, source, { who, at, hint })] : []),
      escalate(
        situation,
        `give ${situation.workload.name} valid credentials${who}${source ? ` in ${describe(source)}` : ''}: ${quote(match.said, 120)}`,
        `credentials are refused${at}`,
      ),
    ],
  })
}

/** Where both do not find room, the words of the refusal stand before the names, and not its whole line behind them. */
function sentence(refused: string, sources: string, match: SignatureMatch): string {
  const whole = `${refused}${sources}: ${quote(match.said, 130)}`
  if (whole.length <= 300) return whole
  return `${refused} (${quote(match.matched ?? match.said, 70)})${sources}`
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
    `Update ${place} with the credentials that the dependency accepts${about.who}, without printing them, then restart ${workload.kind} ${workload.name} so that it reads them${about.hint ? ` (${about.hint.slice(2)})` : ''}. If the password was rotated at the server, take the new one.`,
    `credentials are refused${about.at}${about.who}`,
  )
}

function describe(source: CredentialSource): string {
  return source.secret ? `${source.variable} (${describeSecret(source)})` : source.variable
}

function describeSecret({ secret }: CredentialSource): string {
  return secret ? `Secret ${secret.name}, key ${secret.key}` : ''
}

/** What the server behind a Service itself takes its password from, by the same kind of names. */
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

/** Where this container takes the refused credentials from; undefined where that cannot be told. */
function credentialSource({ spec, view, namespace }: Situation, match: SignatureMatch): CredentialSource | undefined {
  const own = kinds.find(([said]) => said.test(match.record.text))?.[1]
  const found = containerCredentials(spec, namespace, view).map((source) => ({
    source,
    weight:
      (own?.test(source.variable) ? 4 : 0) +
      (source.secret ? 2 : 0) +
      (/PASS|SECRET|TOKEN|KEY/i.test(source.variable) ? 1 : 0),
  }))
  const [best, second] = found.toSorted((left, right) => right.weight - left.weight)
  if (!best || (best.weight < 4 && second)) return undefined
  return best.source
}

/** The variables of a container that hold credentials, by their names; of Secrets that are taken whole, their keys. */
function containerCredentials(spec: Container, namespace: string, view: ClusterView): CredentialSource[] {
  const single = (spec.env ?? []).flatMap(({ name, value, valueFrom }): CredentialSource[] => {
    const ref = valueFrom?.secretKeyRef
    if (ref?.name) return [{ variable: name, secret: { name: ref.name, key: ref.key } }]
    const holds = credential.test(name) || (connection.test(name) && /:\/\/[^/\s]*@/.test(value ?? ''))
    return holds ? [{ variable: name }] : []
  })
  const whole = (spec.envFrom ?? []).flatMap(({ secretRef, prefix }): CredentialSource[] => {
    const secret = secretRef?.name ? view.get('Secret', namespace, secretRef.name) : undefined
    return (secret?.keys ?? [])
      .filter((key) => credential.test(key) || connection.test(key))
      .map((key) => ({ variable: `${prefix ?? ''}${key}`, secret: { name: secret?.metadata.name ?? '', key } }))
  })
  return [...single, ...whole].filter(({ variable }) => credential.test(variable) || connection.test(variable))
}
