import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'
import { CodedError } from '#src/domain/coded-error.ts'
import type { IntakeSource, ServerDeps } from '#src/server/service-ports.ts'
import type { Doors } from './need-right.ts'
import { identityOf, setIdentity } from './request-caller.ts'

/** The door of a source that hands signals in, and what looks at its body before it is parsed. */
export interface SourceDoor {
  enter: RequestHandler
  /** After the body was read: who has not shown anything by then is turned away. */
  confirm: RequestHandler
  inspect?: (request: IncomingMessage, body: Buffer) => void
}

/**
 * Lets in who has a token for handing in signals or, where the source's secret is configured, who has signed the body. Where the
 * service asks nobody, a configured secret is still asked for: that is what it was configured for.
 */
export function createSourceDoor(
  source: IntakeSource,
  { access, signatures }: Pick<ServerDeps, 'access' | 'signatures'>,
  doors: Doors,
): SourceDoor {
  const secret = access?.webhooks[source]?.secret
  const check = signatures[source]
  const byToken = doors.needRight('signal')
  if (secret === undefined || !check) return { enter: byToken, confirm: (_request, _response, next) => next() }
  const waitsForBody = new WeakSet<IncomingMessage>()
  return {
    enter: (request, response, next) => {
      const identity = identityOf(request)
      const isKnown = 'caller' in identity ? identity.caller.name !== 'local' : identity.unknown !== 'missing'
      if (!isKnown) waitsForBody.add(request)
      return isKnown ? byToken(request, response, next) : next()
    },
    confirm: (request, response, next) => {
      if (waitsForBody.has(request)) doors.refuse(request, response, 'missing')
      else next()
    },
    inspect: (request, body) => {
      if (!waitsForBody.has(request)) return
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
      )
      if (!check({ headers, body, secret, now: Date.now() }))
        throw new CodedError('SRE_ACCESS_UNAUTHENTICATED', 'the signature of the body is missing or wrong')
      waitsForBody.delete(request)
      setIdentity(request as Parameters<typeof setIdentity>[0], {
        caller: { name: `webhook:${source}`, role: 'forwarder' },
      })
    },
  }
}
