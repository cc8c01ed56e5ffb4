import { isHmac, type SignedRequest } from './hmac.ts'

/** GitHub: `sha256=<hex>` over the body. The older SHA-1 header is not looked at. */
export function checkGithub({ headers, body, secret }: SignedRequest): boolean {
  const [algorithm, hex = ''] = (headers['x-hub-signature-256'] ?? '').split('=')
  return algorithm === 'sha256' && isHmac(hex, secret, body)
}
