import type { ResourceRef } from '#src/domain/resource-ref.ts'
import type { CalledService } from './called-services.ts'
import type { Reading } from './reading.ts'
import { runBounded } from './run-bounded.ts'

/**
 * Services that configuration calls in other namespaces. What is written like a host of two labels may as well be a host outside
 * the cluster: it is followed only into a namespace that is proved to be there.
 */
export async function findCalledServices(reading: Reading, services: readonly CalledService[]): Promise<ResourceRef[]> {
  const { reads, max_other_namespaces, max_single_reads } = reading
  const certain = services.filter((service) => service.certain).slice(0, max_single_reads)
  const possible = services.filter((service) => !service.certain).slice(0, max_other_namespaces * 4)
  await runBounded(
    [...new Set(possible.map((service) => service.namespace))].map(
      (namespace) => () => reads.get('Namespace', undefined, namespace),
    ),
    reading.concurrency,
  )
  const view = reading.view()
  const followed = [...certain, ...possible.filter(({ namespace }) => view.get('Namespace', undefined, namespace))]
  await runBounded(
    followed.map(
      ({ namespace, name }) =>
        () =>
          reads.get('Service', namespace, name),
    ),
    reading.concurrency,
  )
  const refs = followed.map(({ namespace, name }) => ({ kind: 'Service', namespace, name }))
  const seen = reading.view()
  return refs.filter((ref) => seen.find(ref) !== undefined)
}
