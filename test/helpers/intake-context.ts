import { readFileSync } from 'node:fs'
import type { ServiceCatalogue } from '#src/domain/catalogue.ts'
import type { Signal } from '#src/domain/signal.ts'
import type { IntakeContext } from '#src/intake/finish-draft.ts'
import type { IntakeSource } from '#src/intake/sources/index.ts'
import { readPayload } from '#src/intake/read-payload.ts'
import { createServiceDirectory } from '#src/intake/service-directory.ts'
import { createRedactor } from '#src/redaction/create-redactor.ts'

/** A service that is looked into at its only workload. */
export const checkout: ServiceCatalogue['services'][number] = {
  name: 'checkout',
  aliases: ['Checkout Service'],
  namespaces: ['checkout'],
  workloads: [{ kind: 'Deployment', namespace: 'checkout', name: 'checkout-api' }],
  repositories: ['example/checkout'],
  tier: 'critical',
  maintenance: [],
}

/** What reading needs, with the redaction of the service. */
export function intakeContext(catalogue: Partial<ServiceCatalogue> = {}): IntakeContext {
  const services = createServiceDirectory({ clusters: [], services: [], ...catalogue })
  return { now: '2026-11-21T12:00:00.000Z', clean: createRedactor(), services }
}

interface Reading {
  catalogue?: Partial<ServiceCatalogue>
  headers?: Record<string, string>
}

/** A recorded payload below test/fixtures. */
export function fixture(path: string): unknown {
  return JSON.parse(readFileSync(`test/fixtures/${path}.json`, 'utf8'))
}

/** The signals of a payload that is taken. */
export function signalsOf(source: IntakeSource, body: unknown, { catalogue, headers = {} }: Reading = {}): Signal[] {
  const result = readPayload(source, body, { ...intakeContext(catalogue), headers })
  if (!('signals' in result)) throw new Error(JSON.stringify(result))
  return result.signals
}

/** Path and allowance of what is wrong with a payload. */
export function refusalsOf(source: IntakeSource, body: unknown, { catalogue, headers = {} }: Reading = {}): string[][] {
  const result = readPayload(source, body, { ...intakeContext(catalogue), headers })
  return 'problems' in result ? result.problems.map(({ path, problem, allowed }) => [path, problem, allowed]) : []
}
