import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPlainClient, type PlainClient } from '#test/helpers/practice-client.ts'
import { type Practice, startPractice } from '#test/helpers/practice-server.ts'

/** What `kubectl get` sends. */
const accept =
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json'

interface Table {
  kind: string
  columnDefinitions: { name: string }[]
  rows: { cells: (string | number)[]; object: { metadata: { name: string } } }[]
}

describe('practice/server/table', () => {
  let practice: Practice
  let plain: PlainClient

  beforeAll(async () => {
    practice = await startPractice({ incidents: ['practice/incidents'] })
    plain = createPlainClient(practice)
  })
  afterAll(async () => {
    plain.close()
    await practice.stop()
  })

  const table = async (path: string) => (await plain.get(path, { headers: { accept } })).json() as unknown as Table

  it('shows pods in the columns of kubectl get', async () => {
    const { kind, columnDefinitions, rows } = await table('/api/v1/namespaces/payments/pods')
    expect(kind).toBe('Table')
    expect(columnDefinitions.map(({ name }) => name)).toEqual(['Name', 'Ready', 'Status', 'Restarts', 'Age'])
    expect(rows[0]?.cells.slice(1, 4)).toEqual(['0/1', 'CrashLoopBackOff', 5])
    expect(rows[0]?.cells[0]).toBe(rows[0]?.object.metadata.name)
    expect(rows[0]?.cells[4]).toMatch(/^4m\d*s?$/)
  })

  it.each([
    ['/apis/apps/v1/namespaces/orders/deployments', ['0/2', 2, 0]],
    ['/apis/apps/v1/namespaces/orders/statefulsets', ['0/1']],
    ['/apis/batch/v1/namespaces/invoicing/cronjobs', ['*/2 * * * *', 'true']],
    ['/api/v1/namespaces/documents/persistentvolumeclaims', ['Pending', '<none>']],
  ])('shows %s', async (path, cells) => {
    const { rows } = await table(path)
    expect(rows[0]?.cells.slice(1, -1)).toEqual(cells)
  })

  it('shows a single object, and kinds without columns of their own', async () => {
    const { rows } = await table('/api/v1/namespaces/payments/configmaps')
    expect(rows[0]?.cells).toHaveLength(2)
    const one = await table(`/api/v1/namespaces/payments/configmaps/${rows[0]?.object.metadata.name}`)
    expect(one.rows).toHaveLength(1)
  })

  it('shows events by what they say', async () => {
    const { columnDefinitions } = await table('/api/v1/namespaces/payments/events')
    expect(columnDefinitions.map(({ name }) => name)).toEqual(['Last Seen', 'Type', 'Reason', 'Object', 'Message'])
  })

  it('gives plain objects to who does not ask for a table', async () => {
    expect((await plain.get('/api/v1/namespaces/payments/pods')).json().kind).toBe('PodList')
  })
})
