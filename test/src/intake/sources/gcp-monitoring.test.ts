import { describe, expect, it } from 'vitest'
import { fixture, refusalsOf, signalsOf } from '#test/helpers/intake-context.ts'

describe('src/intake/sources/gcp-monitoring', () => {
  it('reads an incident about a container as one about the workload that runs it', () => {
    expect(signalsOf('gcp', fixture('gcp/k8s-container-open'))).toMatchObject([
      {
        source: 'gcp_monitoring',
        state: 'firing',
        cluster: 'prod-eu',
        resource: { kind: 'Deployment', namespace: 'payments', name: 'gateway' },
        alert: 'Container restarts',
        severity: 'critical',
        message: expect.stringContaining('above the threshold'),
        alert_key: 'gcp:0.mxpz8j4xq1dq',
        observed_at: new Date(1_795_261_500_000).toISOString(),
      },
    ])
  })

  it('resolves by the same key', () => {
    const [open] = signalsOf('gcp', fixture('gcp/k8s-container-open'))
    const [closed] = signalsOf('gcp', fixture('gcp/k8s-container-closed'))
    expect(closed).toMatchObject({
      state: 'resolved',
      alert_key: open?.alert_key,
      observed_at: new Date(1_795_262_400_000).toISOString(),
    })
  })

  it('reads a node without asking for a namespace', () => {
    expect(signalsOf('gcp', fixture('gcp/k8s-node-open'))[0]).toMatchObject({
      resource: { kind: 'Node', name: 'gke-prod-eu-pool-1-abcd' },
      severity: 'medium',
    })
  })

  it('refuses what is about no Kubernetes object and no known service', () => {
    const incident = {
      incident_id: '1',
      state: 'open',
      resource: { type: 'gce_instance', labels: { instance_id: '7' } },
    }
    expect(refusalsOf('gcp', { version: '1.2', incident })).toEqual([
      ['incident.resource.labels.namespace_name', 'is missing', expect.stringContaining('services.yaml')],
    ])
  })
})
