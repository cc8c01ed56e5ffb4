import { describe, expect, it } from 'vitest'
import { signingSources } from '#src/config/access-file.ts'
import { signalSources } from '#src/intake/sources/index.ts'

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
    const signing = Object.entries(signalSources).filter(([, { checkSignature }]) => checkSignature)
    expect(signing.map(([name]) => name).toSorted()).toEqual([...signingSources].toSorted())
  })

  it('describes the payload of every source', () => {
    for (const { payload, summary } of Object.values(signalSources)) {
      expect(summary).not.toBe('')
      expect(payload.meta()).toMatchObject(
        payload.meta()?.id ? { id: expect.any(String) } : { title: expect.any(String) },
      )
    }
  })

  it('gives examples that their own source reads', () => {
    const examples = Object.values(signalSources).filter(({ example }) => example)
    expect(examples.map(({ path }) => path)).toEqual(['/decide', '/webhook/alertmanager', '/api/signals/logs'])
    for (const source of examples) expect(source.read(source.example, { headers: {} })).toHaveProperty('drafts')
  })
})
