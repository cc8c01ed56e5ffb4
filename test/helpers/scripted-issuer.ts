import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose'

/** An OpenID issuer of a few lines on a loopback socket: discovery, keys, and tokens as a test wants them. */
export interface ScriptedIssuer extends AsyncDisposable {
  issuer: string
  /** Paths that were asked for. */
  asked: string[]
  /** Answers 500 to everything. */
  broken: boolean
  sign(claims: Record<string, unknown>, options?: SignOptions): Promise<string>
  /** Publishes a new key, and signs with it from now on. */
  rotate(): Promise<void>
}

interface SignOptions {
  issuer?: string
  audience?: string
  /** Seconds from now. */
  expires_in?: number | undefined
  /** With a key that was never published, under the name of the published one. */
  forged?: boolean
}

/** Starts one on a free port. */
export async function startScriptedIssuer(): Promise<ScriptedIssuer> {
  const keys: { kid: string; privateKey: CryptoKey; jwk: object }[] = []
  const addKey = async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256')
    const kid = `key-${keys.length + 1}`
    keys.push({ kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' } })
  }
  await addKey()
  const stranger = await generateKeyPair('ES256')
  const self = { asked: [] as string[], broken: false, issuer: '' }
  const server = createServer((request, response) => {
    self.asked.push(request.url ?? '')
    const body = request.url?.startsWith('/.well-known/')
      ? { issuer: self.issuer, jwks_uri: `${self.issuer}/keys` }
      : { keys: keys.map(({ jwk }) => jwk) }
    response.writeHead(self.broken ? 500 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  self.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return Object.assign(self, {
    rotate: addKey,
    sign: (claims: Record<string, unknown>, options: SignOptions = {}) => {
      const { issuer = self.issuer, audience = 'sre-agent', forged = false } = options
      const expires_in = 'expires_in' in options ? options.expires_in : 60
      const key = keys.at(-1)!
      const now = Math.floor(Date.now() / 1000)
      const token = new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: key.kid }).setIssuer(issuer)
      token.setAudience(audience).setIssuedAt(now)
      if (expires_in !== undefined) token.setExpirationTime(now + expires_in)
      return token.sign(forged ? stranger.privateKey : key.privateKey)
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}
