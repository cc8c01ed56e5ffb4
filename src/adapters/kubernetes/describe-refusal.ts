import type { Gap } from '#src/domain/gap.ts'
import type { ReadFailure } from '#src/observation/port.ts'
import type { HttpAnswer } from './http-answer.ts'

/** What was requested, in the terms of a role: `list` on `secrets` in namespace `payments`. */
export interface Subject {
  verb: 'get' | 'list' | 'watch'
  resource: string
  api_version?: string
  namespace?: string
  name?: string
}

/**
 * Why a read failed, and the gap it leaves. It contains the status code and our own text only: the text of the server may name users,
 * and bodies may hold anything.
 */
export function describeRefusal(answer: HttpAnswer, subject: Subject): ReadFailure {
  if (answer.kind === 'problem') {
    if (answer.problem === 'unreachable') return failure('unreachable', answer.why, 'a reachable API server')
    if (answer.problem === 'timeout') return failure('timeout', answer.why, 'an API server that answers in time')
    if (answer.problem === 'credentials')
      return failure('unauthorized', answer.why, 'valid credentials for the cluster')
    if (answer.problem === 'too_large') return failure('failed', answer.why, 'a higher bound on bytes')
    return failure('failed', answer.why, 'another attempt')
  }
  switch (answer.status) {
    case 401:
      return failure('unauthorized', '401 Unauthorized', 'valid credentials for the cluster')
    case 403:
      return failure('forbidden', '403 Forbidden', permission(subject))
    case 404:
      return failure(
        'not_served',
        '404: the API server does not serve it',
        `the API ${subject.api_version ?? ''}`.trim(),
      )
    case 410:
      return failure('failed', '410 Gone: the list expired while it was read', 'another attempt')
    case 429:
      return failure('failed', '429 Too Many Requests', 'an API server with room for the call')
    default:
      return failure('failed', `the API server answered ${answer.status}`, 'another attempt')
  }

  function failure(status: ReadFailure['status'], why: string, needs: string): ReadFailure {
    return { status, gap: { what: subjectText(subject), why, needs } }
  }
}

/** A list that was read in part. */
export function describeCut(subject: Subject, why: string, needs: string): Gap {
  return { what: `${subjectText(subject)} (in part)`, why, needs }
}

function permission(subject: Subject): string {
  return `${subject.verb} on ${subjectText(subject)}`
}

function subjectText({ resource, namespace, name }: Subject): string {
  const scope = namespace ? `in namespace ${namespace}` : 'in the cluster'
  return name === undefined ? `${resource} ${scope}` : `${resource} ${JSON.stringify(name)} ${scope}`
}
