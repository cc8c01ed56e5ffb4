import type { SignatureMatch } from '#src/logs/signatures/signature.ts'
import { containerCredentials, type CredentialSource } from './container-credentials.ts'
import type { Situation } from './situation.ts'

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

/** Where this container takes the refused credentials from; undefined where that cannot be told. */
export function credentialSource(
  { spec, view, namespace }: Situation,
  match: SignatureMatch,
): CredentialSource | undefined {
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
