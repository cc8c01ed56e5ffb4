import { describe, expect, it } from 'vitest'
import { openApiDocument } from '#src/server/openapi.ts'
import { createResources } from '#src/server/resources/index.ts'
import { serverDouble } from '#test/helpers/server-double.ts'

const { deps } = serverDouble()
const described = createResources(deps.sources).filter(({ tag }) => tag !== 'docs')

describe('src/server/openapi', () => {
  it('is OpenAPI 3.1, and every reference resolves', () => {
    const text = JSON.stringify(openApiDocument(described, deps))
    const document = JSON.parse(text) as { openapi: string; paths: object; components: { schemas: object } }
    expect(document.openapi).toBe('3.1.0')
    expect(Object.keys(document.paths).toSorted()).toEqual(
      [
        '/decide',
        '/decision',
        '/webhook/alertmanager',
        '/webhook/gcp',
        '/webhook/datadog',
        '/webhook/newrelic',
        '/webhook/grafana',
        '/webhook/pagerduty',
        '/webhook/generic',
        '/webhook/kubernetes',
        '/api/signals/logs',
        '/api/signals/slack',
        '/api/signals/github',
        '/api/issues',
        '/api/incidents',
        '/api/incidents/{id}',
        '/api/incidents/{id}/signals',
        '/api/incidents/{id}/events',
        '/api/incidents/{id}/rerun',
        '/api/incidents/{id}/requeue',
        '/api/incidents/{id}/close',
        '/api/incidents/{id}/feedback',
        '/api/approvals',
        '/api/approvals/{id}',
        '/api/approvals/{id}/approve',
        '/api/approvals/{id}/reject',
        '/api/executions',
        '/api/executions/{id}',
        '/api/executions/{id}/end',
        '/api/incidents/{id}/executions',
        '/alerts',
        '/alerts/queue',
        '/api/silences',
        '/api/silences/{id}',
        '/api/audit',
        '/api/catalogue',
        '/api/catalogue/{kind}/{name}',
        '/workflow/info',
        '/health',
        '/ready',
      ].toSorted(),
    )
    const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1])
    expect(references).toContain('Decision')
    expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining([...new Set(references)]))
  })

  it('requires credentials only where callers are authenticated', () => {
    const token = { name: 'a', role: 'reader' as const, sha256: '0'.repeat(64) }
    const access = { tokens: [token], webhooks: {} }
    expect(openApiDocument(described, { ...deps, access })).toMatchObject({
      security: [{ token: [] }, { password: [] }],
      components: { securitySchemes: { token: {}, password: {} } },
    })
    expect(openApiDocument(described, deps)).toMatchObject({ security: [] })
  })

  it('groups operations by resource', () => {
    const document = openApiDocument(described, deps)
    expect(document).toMatchObject({
      paths: {
        '/api/incidents/{id}/events': { get: { tags: ['incidents'] } },
        '/api/silences/{id}': { delete: { tags: ['silences'] } },
      },
    })
  })
})
