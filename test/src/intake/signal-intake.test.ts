import { describe, expect, it } from 'vitest'
import type { Silence } from '#src/domain/silence.ts'
import type { AdmissionStore, Candidate } from '#src/intake/port.ts'
import { createSignalIntake } from '#src/intake/signal-intake.ts'
import { createServiceDirectory } from '#src/intake/service-directory.ts'
import { buildLoad } from '#test/helpers/judged-candidate.ts'
import { buildSignal } from '#test/helpers/build-signal.ts'
import { checkout } from '#test/helpers/intake-context.ts'

const sender = { caller: 'ada', trace_id: '0'.repeat(32), wants_answer: false }
const about = (name: string) => buildSignal({ resource: { kind: 'Deployment', namespace: 'payments', name } })

/** A store that keeps batches in memory; `fails` says which cannot be kept. */
function buildDesk({
  fails = () => false,
  silences = [],
  clusters = [],
  gate = Promise.resolve(),
  max_waiting,
}: {
  fails?: (batch: readonly Candidate[]) => boolean
  silences?: Silence[]
  clusters?: string[]
  gate?: Promise<void>
  max_waiting?: number
} = {}) {
  const batches: Candidate[][] = []
  const store: AdmissionStore = {
    async admit(batch, judge) {
      await gate
      if (fails(batch)) throw new Error('no')
      batches.push([...batch])
      return batch.map((candidate) => {
        const verdict = judge(candidate, undefined, buildLoad())
        const status = verdict.kind === 'open' ? verdict.status : 'suppressed'
        return { signal_id: candidate.signal_id, status, reason: verdict.reason }
      })
    },
  }
  let ids = 0
  const desk = createSignalIntake({
    store,
    silences: { current: () => Promise.resolve(silences) },
    services: createServiceDirectory({ clusters, services: [checkout] }),
    limits: {
      ttl_ms: 600_000,
      concurrent: 3,
      max_queued: 100,
      stale_ms: 1_800_000,
      storm_per_minute: 60,
      max_waiting,
    },
    newId: (prefix) => `${prefix}_${++ids}`,
    now: () => Date.parse('2026-11-21T12:00:00Z'),
  })
  return { desk, batches }
}

const silence: Silence = {
  id: 'sil_1',
  matchers: [{ field: 'namespace', operator: '=', value: 'payments' }],
  starts_at: '2026-11-21T11:00:00Z',
  ends_at: '2026-11-21T13:00:00Z',
  created_by: 'ada',
  comment: '',
}

describe('src/intake/signal-intake', () => {
  it('brings everything that the judgement needs', async () => {
    const { desk, batches } = buildDesk()
    const signal = buildSignal({ service: 'checkout', severity: 'high' })
    expect(await desk.receive([signal], sender)).toEqual([
      { signal_id: 'sig_1', status: 'created', reason: expect.any(String) },
    ])
    expect(batches[0]).toMatchObject([
      {
        signal_id: 'sig_1',
        new_incident_id: 'inc_2',
        problem_class: 'container',
        service: 'checkout',
        priority: 'P1',
        workload: { name: 'gateway' },
        caller: 'ada',
        received_at: '2026-11-21T12:00:00.000Z',
      },
    ])
  })

  it('commits what arrives together in one transaction, and answers each in order', async () => {
    const { desk, batches } = buildDesk()
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => desk.receive([about(`a-${index}`), about(`b-${index}`)], sender)),
    )
    expect(batches).toHaveLength(1)
    expect(answers.flat().map(({ signal_id }) => signal_id)).toEqual(batches[0]?.map(({ signal_id }) => signal_id))
  })

  it('commits what arrives during a commit in the next one', async () => {
    const gate = Promise.withResolvers<void>()
    const { desk, batches } = buildDesk({ gate: gate.promise })
    const first = desk.receive([about('a')], sender)
    await new Promise((resolve) => setImmediate(resolve))
    const rest = Array.from({ length: 600 }, (_, index) => desk.receive([about(`b-${index}`)], sender))
    gate.resolve()
    await Promise.all([first, ...rest])
    expect(batches.map((batch) => batch.length)).toEqual([1, 512, 88])
  })

  it('never splits what one request hands in', async () => {
    const { desk, batches } = buildDesk()
    const many = (count: number) => Array.from({ length: count }, (_, index) => about(`x-${index}`))
    await Promise.all([
      desk.receive(many(300), sender),
      desk.receive(many(300), sender),
      desk.receive(many(1_000), sender),
    ])
    expect(batches.map((batch) => batch.length)).toEqual([300, 300, 1_000])
  })

  it('does not let one request that cannot be kept spoil the others', async () => {
    const { desk } = buildDesk({ fails: (batch) => batch.some(({ signal }) => signal.resource.name === 'poison') })
    const results = await Promise.allSettled(['a', 'poison', 'b'].map((name) => desk.receive([about(name)], sender)))
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })

  it('asks to try again where the store keeps nothing, without asking it for each request', async () => {
    let calls = 0
    const { desk } = buildDesk({ fails: () => ++calls > 0 })
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => desk.receive([about('a')], sender)))
    expect(results.map((result) => result.status === 'rejected' && result.reason)).toEqual(
      Array.from({ length: 50 }, () => expect.objectContaining({ code: 'SRE_INTAKE_STORE_FAILED', retry: true })),
    )
    expect(calls).toBe(3)
  })

  it('holds a bounded number in memory, and asks the rest to come back', async () => {
    const { desk } = buildDesk({ max_waiting: 2 })
    const results = await Promise.allSettled(['a', 'b', 'c'].map((name) => desk.receive([about(name)], sender)))
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
    await expect(desk.receive([about('d')], sender)).resolves.toHaveLength(1)
  })

  it('suppresses what a silence covers, and answers who asks all the same', async () => {
    const { desk } = buildDesk({ silences: [silence] })
    expect(await desk.receive([about('a')], sender)).toMatchObject([
      { status: 'suppressed', reason: expect.stringContaining('sil_1') },
    ])
    expect(await desk.receive([about('a')], { ...sender, wants_answer: true })).toMatchObject([{ status: 'created' }])
  })

  it('keeps what another cluster tells, and opens nothing for it', async () => {
    const { desk } = buildDesk({ clusters: ['prod-eu'] })
    const [result] = await desk.receive([buildSignal({ cluster: 'prod-us' })], sender)
    expect(result).toMatchObject({ status: 'suppressed', reason: expect.stringContaining('prod-us') })
  })

  it('closes: nothing more is taken, and what was taken is kept first', async () => {
    const { desk, batches } = buildDesk()
    const taken = desk.receive([about('a')], sender)
    await desk.close()
    expect(batches).toHaveLength(1)
    await expect(taken).resolves.toHaveLength(1)
    await expect(desk.receive([about('b')], sender)).rejects.toMatchObject({ code: 'SRE_INTAKE_CLOSING', retry: true })
  })
})
