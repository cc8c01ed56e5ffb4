import type { Request } from 'express'

/** What a request says about who sends it. `user` is what stood before the password: shown in the log, trusted for nothing. */
export type Credentials = { token: string; user?: string } | 'none' | 'unreadable'

const longest = 16_384

/** A token from `Authorization: Bearer`, from the password of Basic, or, where the address allows it, from `?auth_token=`. */
export function readCredentials(request: Request, allowQuery: boolean): Credentials {
  const header = request.headers.authorization
  if (header !== undefined) return header.length > longest ? 'unreadable' : readHeader(header)
  const token = allowQuery ? request.query['auth_token'] : undefined
  if (token === undefined) return 'none'
  return typeof token === 'string' && token !== '' && token.length <= longest ? { token } : 'unreadable'
}

function readHeader(header: string): Credentials {
  const [, scheme, rest] = /^([A-Za-z]+) +(\S+) *$/.exec(header) ?? []
  if (scheme === undefined || rest === undefined) return 'unreadable'
  if (scheme.toLowerCase() === 'bearer') return { token: rest }
  if (scheme.toLowerCase() !== 'basic') return 'unreadable'
  const pair = Buffer.from(rest, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  const token = pair.slice(colon + 1)
  return colon === -1 || token === '' ? 'unreadable' : { token, user: pair.slice(0, colon) }
}
