import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Store } from '#src/adapters/sql/store.ts'
import { openSqliteStore } from '#src/adapters/sqlite/open-sqlite-store.ts'
import { createIntake, createSignalIntake } from '#src/intake/signal-intake.ts'
import { createRedactor } from '#src/redaction/create-redactor.ts'
import { catalogueOver } from '#test/helpers/catalogue-over.ts'
import { fixture } from '#test/helpers/intake-context.ts'
import { type DoubleServer, startDouble } from '#test/helpers/server-double.ts'

const now = () => Date.parse('2026-11-21T12:00:00Z')
const limits = { ttl_ms: 600_000, concurrent: 3, max_queued: 100, stale_ms: 1_800_000, storm_per_minute: 100 }

interface Replica {
  store: Store
  server: DoubleServer
  known: ReturnType<typeof catalogueOver>
}

let folder: string
let replicas: Replica[]
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'catalogue-'))
  replicas = [await startReplica('a'), await startReplica('b')]
})
afterEach(async () => {
  for (const { store, server, known } of replicas) {
    await server[Symbol.asyncDispose]()
    await known.follower[Symbol.asyncDispose]()
    await store.close()
  }
  rmSync(folder, { recursive: true, force: true })
})

/** A server over the one store, with everything between its routes and the tables. */
async function startReplica(id: string): Promise<Replica> {
  const store = await openSqliteStore(join(folder, 'a.db'))
  const known = catalogueOver(store)
  const services = known.directory
  let ids = 0
  const newId = (prefix: string) => `${prefix}_${id}${++ids}`
  const desk = createSignalIntake({ store: store.admission, silences: store.silences, services, limits, newId, now })
  const intake = createIntake({ signals: desk, context: { clean: createRedactor(), services }, now })
  const { archive, audit } = store
  const catalogue = known.catalogue
  const server = await startDouble({ intake, archive, audit, catalogue })
  return { store, server, known }
}

const address = '/api/catalogue/repository/octo-org%2Fcheckout'
const headers = { 'content-type': 'application/json' }

/** What becomes of a failed workflow of the repository, by where it comes in. */
async function hear({ server }: Replica, run: number) {
  const body = fixture('github/workflow-run-failure') as {
    repository: { full_name: string }
    workflow_run: { id: number }
  }
  const named = structuredClone(body)
  named.repository.full_name = 'octo-org/checkout'
  named.workflow_run.id = run
  const response = await server.post('/api/signals/github', named, { 'x-github-event': 'workflow_run' })
  return { status: response.status, body: (await response.json()) as { signals?: { incident_id?: string }[] } }
}

describe('the catalogue over a store', () => {
  it('counts signals of a repository to its service as soon as it is put, and no more once it is removed', async () => {
    const [one, two] = replicas as [Replica, Replica]
    expect((await hear(one, 1)).status).toBe(400)
    const put = await one.server.call(address, { method: 'PUT', headers, body: '{"services":["Checkout Service"]}' })
    expect(put.status).toBe(201)
    const heard = await hear(one, 2)
    expect(heard.status).toBe(202)
    const id = heard.body.signals?.[0]?.incident_id ?? ''
    const incident = await (await one.server.call(`/api/incidents/${id}`)).json()
    expect(incident).toMatchObject({
      incident: { service: 'checkout', resource: { kind: 'Deployment', name: 'checkout-api' } },
      related_links: [{ name: 'example/checkout' }, { name: 'octo-org/checkout', services: ['Checkout Service'] }],
    })
    await two.known.follower.refresh()
    expect((await hear(two, 3)).status).toBe(202)
    expect((await two.server.call(address, { method: 'DELETE' })).status).toBe(200)
    expect((await hear(two, 4)).status).toBe(400)
    await one.known.follower.refresh()
    expect((await hear(one, 5)).status).toBe(400)
  })
})
