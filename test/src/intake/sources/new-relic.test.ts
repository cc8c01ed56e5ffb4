import { describe, expect, it } from 'vitest'
import { checkout, fixture, refusalsOf, signalsOf } from '#test/helpers/intake-context.ts'

describe('src/intake/sources/new-relic', () => {
  it('reads an issue of a workflow', () => {
    expect(signalsOf('newrelic', fixture('newrelic/workflow-activated'))).toMatchObject([
      {
        source: 'new_relic',
        state: 'firing',
        cluster: 'prod-eu',
        service: 'orders',
        resource: { kind: 'Deployment', namespace: 'shop', name: 'orders' },
        alert: 'Pod is not ready',
        severity: 'critical',
        alert_key: 'newrelic:3e6cbc09-5a3e-4a32-b4d1-39ae33a1e1ff',
      },
    ])
  })

  it('resolves what is closed, and passes over what somebody acknowledged', () => {
    expect(signalsOf('newrelic', fixture('newrelic/workflow-closed'))[0]?.state).toBe('resolved')
    expect(signalsOf('newrelic', { ...Object(fixture('newrelic/workflow-activated')), state: 'ACKNOWLEDGED' })).toEqual(
      [],
    )
  })

  it('reads the older channels', () => {
    expect(signalsOf('newrelic', fixture('newrelic/legacy-open'))[0]).toMatchObject({
      resource: { kind: 'Pod', namespace: 'shop', name: 'orders-db-0' },
      alert: 'Container is OOM killed',
      severity: 'medium',
      alert_key: 'newrelic:31415926',
    })
  })

  it('finds the service by the entity where no tags are sent', () => {
    const issue = { id: 'i', title: 'Slow', state: 'CREATED', priority: 'HIGH', impactedEntities: ['checkout'] }
    expect(signalsOf('newrelic', issue, { catalogue: { services: [checkout] } })[0]?.resource.name).toBe('checkout-api')
    expect(refusalsOf('newrelic', issue)[0]?.[2]).toContain('add it there')
  })
})
