import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSqliteStore } from '#src/adapters/sqlite/open-sqlite-store.ts'
import type { IntakeSource } from '#src/intake/sources/index.ts'
import { createIntake } from '#src/intake/signal-intake.ts'
import { intakeOver } from '#test/helpers/admit-incident.ts'
import { fixture, intakeContext } from '#test/helpers/intake-context.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'intake-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const now = () => Date.parse('2026-11-21T12:00:00Z')

async function withIntake(
  work: (receive: (source: IntakeSource, body: unknown) => Promise<[string, string?][]>) => Promise<void>,
) {
  const store = await openSqliteStore(join(folder, 'a.db'))
  let ids = 0
  const desk = intakeOver(store, now, (prefix) => `${prefix}_${++ids}`)
  const intake = createIntake({ signals: desk, context: intakeContext({ clusters: ['prod-eu'] }), now })
  try {
    await work(async (source, body) => {
      const receipt = await intake.receive({
        source,
        body,
        headers: {},
        wants_answer: false,
        caller: 'c',
        trace_id: '0'.repeat(32),
      })
      if (receipt.kind !== 'taken') throw new Error(JSON.stringify(receipt))
      return receipt.results.map(({ status, incident_id }) => [status, incident_id])
    })
  } finally {
    await store.close()
  }
}

const alert = (pod: string, status: string, fingerprint: string) => ({
  alerts: [{ status, labels: { alertname: 'KubePodCrashLooping', namespace: 'payments', pod }, fingerprint }],
})

describe('intake over a store', () => {
  it('makes one incident of what several senders tell of one problem', async () => {
    await withIntake(async (receive) => {
      const [first] = await receive('kubernetes', Object(fixture('kubernetes-events/event-list')).items[0])
      expect(first?.[0]).toBe('created')
      const group = await receive('alertmanager', fixture('alertmanager/kube-prometheus-stack'))
      expect(group[0]).toEqual(['joined', first?.[1]])
      expect(group.map(([status]) => status)).toEqual(['joined', 'queued', 'queued', 'suppressed'])
      expect(await receive('gcp', fixture('gcp/k8s-container-open'))).toEqual([['joined', first?.[1]]])
    })
  })

  it('ends an incident with the last of its alerts that resolves', async () => {
    await withIntake(async (receive) => {
      const [opened] = await receive('alertmanager', alert('gateway-5786466ccc-q9z7s', 'firing', 'a'))
      const id = opened?.[1]
      expect(await receive('alertmanager', alert('gateway-5786466ccc-x8k2p', 'firing', 'b'))).toEqual([['joined', id]])
      expect(await receive('alertmanager', alert('gateway-5786466ccc-q9z7s', 'resolved', 'a'))).toEqual([
        ['joined', id],
      ])
      expect(await receive('alertmanager', alert('gateway-5786466ccc-x8k2p', 'resolved', 'b'))).toEqual([
        ['joined', id],
      ])
      const [again] = await receive('alertmanager', alert('gateway-5786466ccc-q9z7s', 'firing', 'a'))
      expect(again?.[0]).toBe('created')
      expect(again?.[1]).not.toBe(id)
    })
  })

  it('changes nothing for a delivery that comes twice', async () => {
    await withIntake(async (receive) => {
      const list = fixture('kubernetes-events/event-list')
      expect(await receive('kubernetes', list)).toEqual(await receive('kubernetes', list))
    })
  })
})
