import { describe, expect, it } from 'vitest'
import { signingSources } from '#src/config/access-file.ts'
import { payloadSchemas, signalSources, signatureChecks } from '#src/intake/sources/index.ts'

describe('src/intake/sources/index', () => {
  it('has an address for every source', () => {
    const paths = Object.entries(signalSources).map(([name, { path }]) => [path, name])
    expect(Object.fromEntries(paths)).toEqual({
      '/decide': 'decide',
      '/webhook/alertmanager': 'alertmanager',
      '/webhook/gcp': 'gcp',
      '/webhook/datadog': 'datadog',
      '/webhook/newrelic': 'newrelic',
      '/webhook/grafana': 'grafana',
      '/webhook/pagerduty': 'pagerduty',
      '/webhook/generic': 'generic',
      '/webhook/kubernetes': 'kubernetes',
      '/api/signals/logs': 'logs',
      '/api/signals/slack': 'slack',
      '/api/signals/github': 'github',
      '/api/issues': 'issues',
    })
  })

  it('lets configs/access.yaml hold a secret for exactly the sources whose senders sign', () => {
    expect(Object.keys(signatureChecks).toSorted()).toEqual([...signingSources].toSorted())
  })

  it('describes the payload of every source', () => {
    expect(Object.keys(payloadSchemas)).toEqual(Object.keys(signalSources))
  })
})
