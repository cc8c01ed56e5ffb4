import type { Store } from '#src/adapters/sql/store.ts'
import type { Signal } from '#src/domain/signal.ts'
import type { AdmissionResult } from '#src/domain/admission-result.ts'
import { createSignalIntake, type SignalIntake } from '#src/intake/signal-intake.ts'
import { createServiceDirectory } from '#src/intake/service-directory.ts'

/** An intake over a store, with the limits of the service. */
export function intakeOver(store: Store, now: () => number, newId: (prefix: string) => string): SignalIntake {
  return createSignalIntake({
    store: store.admission,
    silences: store.silences,
    services: createServiceDirectory({ services: [], clusters: [] }),
    limits: { ttl_ms: 600_000, concurrent: 3, max_queued: 10_000, stale_ms: 1_800_000, storm_per_minute: 1_000 },
    newId,
    now,
  })
}

/** A crash loop of a Deployment in a namespace of its own. */
export function crashOf(name: string, over: Partial<Signal> = {}): Signal {
  return {
    source: 'event',
    state: 'firing',
    namespace: name,
    resource: { kind: 'Deployment', namespace: name, name },
    reason: 'BackOff',
    message: 'Back-off restarting failed container',
    observed_at: '2026-11-26T12:00:00.000Z',
    ...over,
  }
}

/** Hands one signal in as a forwarder would. */
export async function admit(desk: SignalIntake, signal: Signal, wants_answer = false): Promise<AdmissionResult> {
  const [result] = await desk.receive([signal], { caller: 'test', trace_id: 'a'.repeat(32), wants_answer })
  if (!result) throw new Error('a signal without a result')
  return result
}
