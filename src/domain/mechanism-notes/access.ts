import type { MechanismNotes } from './mechanism-note.ts'

/** Who may do what: the API server's and a dependency's refusals. */
export const accessNotes = {
  authentication_failed: {
    detected: 'The decisive line of a failing container says that a dependency refuses its credentials.',
    from: [
      'log: the wording of PostgreSQL, MySQL, Redis, brokers, MongoDB, LDAP, cloud providers; HTTP 401 and 403',
      '.spec.containers[].env (names of variables, Secrets and keys)',
      'the variables of the server behind the called Service',
    ],
    suggests: ['rollback', 'custom_instruction', 'escalate'],
    limits: 'No value is read, so which side holds the wrong credentials is not known; both sources are named.',
  },
  rbac_forbidden: {
    detected:
      'The log of a failing container, or of a ready one again and again, quotes the API server: its service account may not do something.',
    from: ['log: `User "system:serviceaccount:..." cannot VERB resource "..."`, `... is forbidden`'],
    suggests: ['custom_instruction'],
    limits:
      'Roles and bindings are not compared. The rule that is proposed grants what was refused and no more; a further refusal may follow.',
  },
  missing_service_account: {
    detected: 'A workload has no pods, and its template names a service account that is proved absent or not found.',
    from: [
      '.spec.template.spec.serviceAccountName',
      'the list of ServiceAccounts',
      'event `FailedCreate`: `serviceaccount "..." not found`',
    ],
    suggests: ['rollback', 'custom_instruction', 'escalate'],
    limits: 'Which permissions the account needs is not known.',
  },
} as const satisfies MechanismNotes
