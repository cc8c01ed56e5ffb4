import { isHmac, type SignedRequest } from './hmac.ts'

/** PagerDuty signs with every secret that is in use, so that they can be changed: `v1=<hex>,v1=<hex>`; one that fits is enough. */
export function checkPagerduty({ headers, body, secret }: SignedRequest): boolean {
  const signatures = (headers['x-pagerduty-signature'] ?? '').split(',').slice(0, 16)
  return signatures.some((signature) => {
    const [version, hex = ''] = signature.trim().split('=')
    return version === 'v1' && isHmac(hex, secret, body)
  })
}
