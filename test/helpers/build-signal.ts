import type { Signal } from '#src/domain/signal.ts'

/** A signal about a Deployment that keeps crashing. */
export function buildSignal(over: Partial<Signal> = {}): Signal {
  return {
    source: 'event',
    state: 'firing',
    namespace: 'payments',
    resource: { kind: 'Deployment', namespace: 'payments', name: 'gateway' },
    reason: 'BackOff',
    message: 'Back-off restarting failed container',
    observed_at: '2026-11-21T12:00:00.000Z',
    ...over,
  }
}
