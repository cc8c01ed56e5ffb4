import { describe, expect, it } from 'vitest'
import { fixture, signalsOf } from '#test/helpers/intake-context.ts'

describe('src/intake/sources/grafana', () => {
  it('reads the alerts of a contact point', () => {
    expect(signalsOf('grafana', fixture('grafana/unified-alerting'))).toMatchObject([
      {
        source: 'grafana',
        state: 'firing',
        cluster: 'prod-eu',
        alert: 'High error rate',
        severity: 'critical',
        resource: { kind: 'Deployment', namespace: 'checkout', name: 'checkout-api' },
        alert_key: 'grafana:c6eadffa33fcdf37',
        labels: { team: 'checkout' },
      },
    ])
  })

  it('takes the cluster as the one that is watched where operators say so', () => {
    const catalogue = { clusters: ['PROD-EU'] }
    expect(signalsOf('grafana', fixture('grafana/unified-alerting'), { catalogue })[0]?.cluster).toBeUndefined()
  })
})
