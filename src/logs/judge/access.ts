import type { Remedy } from '#src/domain/action.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Facts, SignatureMatch } from '#src/logs/signatures/signature.ts'
import { buildDraft } from './build-draft.ts'
import { judgeLogin } from './login.ts'
import { escalate, instruct, rollback } from './remedies.ts'
import type { Situation } from './situation.ts'
import { capitalize, quote, subjectOf } from './words.ts'

/** The API server or a dependency refuses: a missing role, wrong credentials, or a handshake that fails. */
export function judgeAccess(situation: Situation, match: SignatureMatch): FindingDraft {
  if (match.signature.family === 'forbidden') return judgeForbidden(situation, match)
  return match.signature.family === 'tls' ? judgeTls(situation, match) : judgeLogin(situation, match)
}

function judgeForbidden(situation: Situation, match: SignatureMatch): FindingDraft {
  const { verb, resource, group, scope, account, account_namespace } = match.facts
  const who = account ? `ServiceAccount ${account_namespace}/${account}` : 'its service account'
  const what = `${verb ? `${verb} ` : ''}${resource ?? 'a resource'}${group ? ` (${group})` : ''}`
  const where = scope ? `in namespace ${scope}` : verb ? 'at the cluster scope' : ''
  return buildDraft(situation, {
    mechanism: 'rbac_forbidden',
    record: match.record,
    statement: `${capitalize(subjectOf(situation))} is refused by the API server: ${who} is forbidden to ${what} ${where}, for no Role that grants it is bound`,
    confidence: account ? 0.95 : 0.75,
    confidence_reason: account
      ? "the log quotes the API server's own refusal"
      : 'the log tells of a refusal without naming the account',
    remedies: grants(situation, match.facts),
  })
}

function grants(situation: Situation, facts: Facts): Remedy[] {
  const { verb = '*', resource = 'the resource', group = '', scope, account } = facts
  const name = account ?? situation.workload.name
  const namespace = scope ?? situation.namespace
  const kind = scope || !facts.verb ? 'Role' : 'ClusterRole'
  const at = kind === 'Role' ? { namespace } : {}
  // A leader election takes, makes and renews its lock: a role with the first verb alone only moves the refusal.
  const verbs = resource === 'leases' ? 'get, create, update' : verb
  const rule = `resource "${resource}" in API group "${group}": verbs ${verbs}`
  const reason = `${name} may not ${verb} ${resource}`
  const role = instruct(
    { kind, ...at, name },
    'create_role',
    `Create (or extend) ${kind} ${name} with ${rule}, and bind it to ServiceAccount ${name} of namespace ${facts.account_namespace ?? namespace} by a ${kind}Binding. Grant no more than that.`,
    reason,
  )
  const binding = instruct(
    { kind: `${kind}Binding`, ...at, name },
    'create_rolebinding',
    `Bind ${kind} ${name} (${rule}) to ServiceAccount ${name} of namespace ${facts.account_namespace ?? namespace}.`,
    reason,
  )
  return [role, binding]
}

function judgeTls(situation: Situation, match: SignatureMatch): FindingDraft {
  return buildDraft(situation, {
    mechanism: 'tls_failure',
    record: match.record,
    statement: `${capitalize(subjectOf(situation))} fails its TLS handshake: ${quote(match.said, 200)}`,
    confidence: 0.85,
    confidence_reason: 'the log quotes the failed handshake',
    remedies: [
      ...rollback(situation, 'a TLS handshake fails'),
      escalate(
        situation,
        `put the certificate or its authority right: ${quote(match.said, 140)}`,
        'verification must not be switched off',
      ),
    ],
  })
}
