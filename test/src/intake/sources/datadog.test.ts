import { describe, expect, it } from 'vitest'
import { fixture, signalsOf } from '#test/helpers/intake-context.ts'

const [triggered] = signalsOf('datadog', fixture('datadog/triggered'))

describe('src/intake/sources/datadog', () => {
  it('reads the rule, the object and the urgency', () => {
    expect(triggered).toMatchObject({
      source: 'datadog',
      state: 'firing',
      cluster: 'prod-eu',
      service: 'checkout',
      resource: { kind: 'Deployment', namespace: 'checkout', name: 'checkout-api' },
      alert: 'Deployment has unavailable replicas',
      severity: 'high',
      delivery_key: 'datadog:7718224415329862221',
      observed_at: new Date(1_795_261_500_000).toISOString(),
    })
    expect(triggered?.message).not.toContain('%%%')
  })

  it('leaves out tags that name a crowd and variables that were not filled', () => {
    expect(triggered?.labels).not.toHaveProperty('pod_name')
    expect(JSON.stringify(triggered)).not.toContain('$HOSTNAME')
  })

  it('lets no secret of a tag in', () => {
    expect(JSON.stringify(triggered)).not.toContain('ghp_')
  })

  it('resolves by the same key', () => {
    expect(signalsOf('datadog', fixture('datadog/recovered'))[0]).toMatchObject({
      state: 'resolved',
      alert: triggered?.alert,
      alert_key: triggered?.alert_key,
    })
  })
})
