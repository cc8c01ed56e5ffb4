import type { Remedy } from '#src/domain/action.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { SignatureMatch } from '#src/logs/signatures/signature.ts'
import { addressOf } from './address-of.ts'
import { buildDraft } from './build-draft.ts'
import type { CredentialSource } from './container-credentials.ts'
import { credentialSource } from './credential-source.ts'
import { remedies } from './remedies.ts'
import { resolveHost } from './resolve-host.ts'
import { serverCredentials } from './server-credentials.ts'
import type { Situation } from './situation.ts'
import { words } from './words.ts'

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
    statement: sentence(`${words.capital(words.subject(situation))} is refused${at}${who}`, `${from}${hint}`, match),
    confidence: source || user ? 0.85 : 0.8,
    confidence_reason: 'the log quotes the refusal; which side holds the wrong credentials was not seen',
    remedies: [
      ...remedies.rollback(situation, 'credentials are refused'),
      ...(source ? [correctKey(situation, source, { who, at, hint })] : []),
      remedies.escalate(
        situation,
        `give ${situation.workload.name} valid credentials${who}${source ? ` in ${describe(source)}` : ''}: ${words.quote(match.said, 120)}`,
        `credentials are refused${at}`,
      ),
    ],
  })
}

/** Where both do not find room, the words of the refusal stand before the names, and not its whole line behind them. */
function sentence(refused: string, sources: string, match: SignatureMatch): string {
  const whole = `${refused}${sources}: ${words.quote(match.said, 130)}`
  if (whole.length <= 300) return whole
  return `${refused} (${words.quote(match.matched ?? match.said, 70)})${sources}`
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
  return remedies.instruct(
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
