import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'
import { CodedError } from '#src/domain/coded-error.ts'
import type { IntakeSource, SignalSource } from '#src/intake/port.ts'
import { type AccessSettings, identityOf, localCaller, setIdentity } from './authentication.ts'
import type { Authorization } from './authorization.ts'

/** How the sender of a webhook is authenticated: before its body is read, while it is read, and afterwards. */
export interface WebhookAuthentication {
  /** Refuses callers with wrong credentials; without credentials, the signature of the body must follow. */
  before: RequestHandler
  /** Checks the signature of the body before it is parsed. */
  verifyBody?: (request: IncomingMessage, body: Buffer) => void
  /** Refuses requests without any credentials. */
  after: RequestHandler
}

interface WebhookDeps {
  access?: AccessSettings
  sources: Readonly<Record<IntakeSource, Pick<SignalSource, 'checkSignature'>>>
}

/**
 * Accepts a token with the right to deliver signals or, where the source's secret is configured, a signed body. A configured secret is
 * required also where callers are not authenticated otherwise.
 */
export function createWebhookAuthentication(
  source: IntakeSource,
  { access, sources }: WebhookDeps,
  authorization: Authorization,
): WebhookAuthentication {
  const secret = access?.webhooks[source]?.secret
  const check = sources[source].checkSignature
  const byToken = authorization.requireRight('signal')
  if (secret === undefined || !check) return { before: byToken, after: (_request, _response, next) => next() }
  const unsigned = new WeakSet<IncomingMessage>()
  return {
    before: (request, response, next) => {
      const identity = identityOf(request)
      const hasCredentials =
        'caller' in identity ? identity.caller.name !== localCaller.name : identity.unknown !== 'missing'
      if (!hasCredentials) unsigned.add(request)
      return hasCredentials ? byToken(request, response, next) : next()
    },
    verifyBody: (request, body) => {
      if (!unsigned.has(request)) return
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
      )
      if (!check({ headers, body, secret, now: Date.now() }))
        throw new CodedError('SRE_ACCESS_UNAUTHENTICATED', 'the signature of the body is missing or wrong')
      unsigned.delete(request)
      setIdentity(request as Parameters<typeof setIdentity>[0], {
        caller: { name: `webhook:${source}`, role: 'forwarder' },
      })
    },
    after: (request, response, next) => {
      if (unsigned.has(request)) authorization.refuse(request, response, 'missing')
      else next()
    },
  }
}
