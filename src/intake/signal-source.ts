import type { z } from 'zod'
import type { Severity } from '#src/domain/severity.ts'
import type { Signal } from '#src/domain/signal.ts'

/** What is wrong with one field of a payload. */
export interface FieldProblem {
  /** Dotted path as the caller wrote it; empty for the body itself. */
  path: string
  problem: string
  allowed: string
}

/** A payload in our own fields, names not yet checked. `paths`: where the caller wrote them, for error messages. */
export interface SignalDraft {
  source: Signal['source']
  /** Absent: firing. */
  state?: Signal['state']
  event_type?: string
  cluster?: string
  namespace?: string
  kind?: string
  name?: string
  reason?: string
  message?: string
  alert?: string
  severity?: Severity
  service?: string
  /** Words of a person's message; the first one that is a known service is taken as `service`. */
  mentions?: readonly string[]
  /** `owner/name` of the repository that the payload is about. */
  repository?: string
  labels?: Readonly<Record<string, string | undefined>>
  alert_key?: string
  delivery_key?: string
  observed_at?: string
  paths: { namespace: string; kind: string; name: string }
}

/** What a sender sent besides the body. */
export interface DeliveryFacts {
  /** Names in lower case. */
  headers: Readonly<Record<string, string | undefined>>
}

/**
 * The result of reading a payload: drafts, and for each part that reports no problem the reason why it is skipped; or an answer that the
 * sender expects instead of signals; or what is wrong.
 */
export type DraftResult =
  | { drafts: SignalDraft[]; skipped?: string[] }
  | { reply: Record<string, unknown> }
  | { problems: FieldProblem[] }

/** A request as it was sent, and the secret that its sender shares with this service. */
export interface SignedRequest {
  /** Names in lower case. */
  headers: Readonly<Record<string, string | undefined>>
  /** The bytes as they were sent. */
  body: Buffer
  secret: string
  /** Epoch milliseconds. */
  now: number
}

/** Checks a vendor's signature over the body as it was sent. Pure; compares in constant time. */
export type CheckSignature = (request: SignedRequest) => boolean

/** One sender: its address, the payload that it sends, how it signs and how the payload is read. The server makes a route of each. */
export interface SignalSource {
  /** Where it is posted to. */
  path: `/${string}`
  /** What is posted there, for the API's description. */
  summary: string
  /** A payload, for the API's description. */
  example?: object
  /** The fields that are used; all others are ignored. */
  payload: z.ZodType
  /** The size of the largest body; absent: 5. */
  maxMebibytes?: number
  /** It sends HTML forms, too. */
  acceptsForms?: true
  /** The sender can set no header, so its token is read from `?auth_token=`, too. */
  acceptsQueryToken?: true
  /** The sender waits for an answer about the state as it is now. */
  wantsAnswer?: true
  /** A payload that cannot be placed is skipped instead of refused, because its sender is a person in a conversation. */
  lenient?: true
  /** Absent: its sender cannot sign, and proves who it is by a token. */
  checkSignature?: CheckSignature
  /** Pure. */
  read(body: unknown, facts: DeliveryFacts): DraftResult
}

/** The issues of zod as problems of fields: path, what is wrong, what is allowed. */
export function fieldProblems(error: z.ZodError): FieldProblem[] {
  return error.issues.map((issue) => ({
    path: issue.path.map(String).join('.'),
    problem:
      issue.input === undefined && issue.code === 'invalid_type' ? 'is missing or of a wrong type' : issue.message,
    allowed: allowedBy(issue),
  }))
}

function allowedBy(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return `a value of type ${issue.expected}`
  if (issue.code === 'too_big') return `at most ${issue.maximum} ${issue.origin === 'array' ? 'items' : 'characters'}`
  return issue.message
}
