import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { CheckSignature } from '#src/intake/signal-source.ts'
import { type IntakeSource, signalSources } from '#src/intake/sources/index.ts'

const secret = 's3cret'
const body = Buffer.from('{"a":"\u00e9"}')
const now = 1_795_261_500_000
const time = String(now / 1000)
const hmac = (...parts: (string | Buffer)[]) =>
  parts.reduce((mac, part) => mac.update(part), createHmac('sha256', secret)).digest('hex')

/** Sender, and the headers that a right delivery bears. */
const right: ReadonlyArray<[sender: IntakeSource, headers: Record<string, string>]> = [
  ['pagerduty', { 'x-pagerduty-signature': `v1=${'0'.repeat(64)},v1=${hmac(body)}` }],
  ['github', { 'x-hub-signature-256': `sha256=${hmac(body)}` }],
  ['slack', { 'x-slack-request-timestamp': time, 'x-slack-signature': `v0=${hmac(`v0:${time}:`, body)}` }],
  ['grafana', { 'x-grafana-alerting-signature': hmac(body) }],
  ['grafana', { 'x-grafana-alerting-timestamp': time, 'x-grafana-alerting-signature': hmac(`${time}:`, body) }],
  ['datadog', { 'x-webhook-secret': secret }],
  ['newrelic', { 'x-webhook-secret': secret }],
]
const check = (
  sender: IntakeSource,
  headers: Record<string, string | undefined>,
  over: Partial<Parameters<CheckSignature>[0]> = {},
) => signalSources[sender].checkSignature?.({ headers, body, secret, now, ...over })

describe('src/intake/sources/index/signature-checks', () => {
  it.each(right)('lets a right delivery of %s through', (sender, headers) => {
    expect(check(sender, headers)).toBe(true)
  })

  it.each(right)(
    'refuses %s without a header, with another secret, with none, and with nonsense',
    (sender, headers) => {
      for (const name of Object.keys(headers)) {
        expect(check(sender, { ...headers, [name]: undefined })).toBe(false)
        for (const nonsense of ['', '=', 'v1=', 'sha256=zz', 'v0=0', '\u00e9', 'x'.repeat(9_999)])
          expect(check(sender, { ...headers, [name]: nonsense })).toBe(false)
      }
      expect(check(sender, headers, { secret: 'other' })).toBe(false)
      expect(check(sender, headers, { secret: '' })).toBe(false)
    },
  )

  it.each(right.filter(([sender]) => !['datadog', 'newrelic'].includes(sender)))(
    'refuses a changed body of %s',
    (sender, headers) => {
      expect(check(sender, headers, { body: Buffer.from('{"a":"b"}') })).toBe(false)
    },
  )

  it.each(right.filter(([, headers]) => Object.keys(headers).length > 1))(
    'refuses an old delivery of %s, and one of the future',
    (sender, headers) => {
      expect(check(sender, headers, { now: now + 299_000 })).toBe(true)
      expect(check(sender, headers, { now: now + 301_000 })).toBe(false)
      expect(check(sender, headers, { now: now - 301_000 })).toBe(false)
    },
  )
})
