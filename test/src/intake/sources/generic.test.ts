import { describe, expect, it } from 'vitest'
import { checkout, fixture, refusalsOf, signalsOf } from '#test/helpers/intake-context.ts'

describe('src/intake/sources/generic', () => {
  it('reads a list of alerts', () => {
    expect(signalsOf('generic', fixture('generic/alerts'), { catalogue: { services: [checkout] } })).toMatchObject([
      {
        state: 'firing',
        service: 'checkout',
        alert: 'Checkout probe fails',
        severity: 'critical',
        resource: { name: 'checkout-api' },
        alert_key: 'generic:probe-17',
      },
      { state: 'resolved', resource: { kind: 'Node', name: 'worker-1' }, severity: 'medium' },
    ])
  })

  it('reads one alert, and a bare list', () => {
    const alert = { title: 'It is slow', namespace: 'shop', resource_kind: 'deploy', resource_name: 'orders' }
    expect(signalsOf('generic', alert)).toMatchObject([
      { alert: 'It is slow', message: 'It is slow', resource: { kind: 'Deployment' } },
    ])
    expect(signalsOf('generic', [alert, alert])).toHaveLength(2)
  })

  it('names the item and the field that is wrong', () => {
    expect(refusalsOf('generic', { alerts: [{ namespace: 'shop' }, { namespace: 7 }] }).map(([path]) => path)).toEqual([
      'alerts.1.namespace',
    ])
    expect(refusalsOf('generic', [{ namespace: 'shop' }, { title: 'x' }]).map(([path]) => path)).toEqual([
      '1.namespace',
    ])
  })
})
