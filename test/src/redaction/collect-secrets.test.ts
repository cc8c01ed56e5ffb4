import { describe, expect, it } from 'vitest'
import type { Snapshot } from '#src/domain/snapshot.ts'
import { collectSecrets } from '#src/redaction/collect-secrets.ts'

const snapshot = (env: { name: string; value: string }[], data: Record<string, string> = {}): Snapshot => ({
  taken_at: '2026-01-01T00:00:00Z',
  objects: {
    Deployment: [
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'a', namespace: 'n', uid: '1' },
        spec: { selector: {}, template: { spec: { containers: [{ name: 'c', env }] } } },
      },
    ],
    ConfigMap: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm', namespace: 'n', uid: '2' }, data }],
  },
  events: [],
  coverage: {},
  absent: [],
  missing_apis: [],
  gaps: [],
  cost: { requests: 0, bytes: 0, ms: 0 },
})

describe('src/redaction/collect-secrets', () => {
  it('takes plain values under secret names, and passwords inside URLs', () => {
    const found = collectSecrets(
      snapshot(
        [
          { name: 'DB_PASSWORD', value: 'correct-horse' },
          { name: 'DATABASE_URL', value: 'postgres://app:tr0ub4dor@db/app' },
          { name: 'LOG_LEVEL', value: 'information' },
        ],
        { api_key: 'k-12345' },
      ),
    )
    expect(found.toSorted()).toEqual(['correct-horse', 'k-12345', 'tr0ub4dor'])
  })

  it('leaves paths, references and common words alone', () => {
    expect(
      collectSecrets(
        snapshot([
          { name: 'DB_PASSWORD_FILE', value: '/run/secrets/db' },
          { name: 'TOKEN', value: '$(OTHER)' },
          { name: 'AUTH_TOKEN', value: 'true' },
        ]),
      ),
    ).toEqual([])
  })

  it('takes values of three characters that are no word and no number', () => {
    const values = ['p4x', 'abc', '123', 'x1', 'k-9'].map((value, index) => ({ name: `TOKEN_${index}_SECRET`, value }))
    expect(collectSecrets(snapshot(values)).toSorted()).toEqual(['k-9', 'p4x'])
  })
})
