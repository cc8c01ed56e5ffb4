import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Reading } from './reading.ts'
import { runBounded } from './run-bounded.ts'

const group = 'gateway.networking.k8s.io'
const mostSingle = 20

/** Routes and gateways of a namespace, then the gateways and classes that they name; nothing where the API is not installed. */
export async function readGateways(reading: Reading, namespace: string): Promise<void> {
  const { reads, concurrency } = reading
  if (!(await reading.groups).includes(group)) return
  await Promise.all([reads.list('HTTPRoute', namespace), reads.list('Gateway', namespace)])
  const parents = parentsOf(reading.view(), namespace)
  await runBounded(
    parents.map(
      ({ space, name }) =>
        () =>
          reads.get('Gateway', space, name),
    ),
    concurrency,
  )
  const classes = new Set(
    reading
      .view()
      .list('Gateway')
      .flatMap(({ spec }) => spec?.gatewayClassName ?? []),
  )
  await runBounded(
    [...classes].slice(0, mostSingle).map((name) => () => reads.get('GatewayClass', undefined, name)),
    concurrency,
  )
}

function parentsOf(view: ClusterView, namespace: string): { space: string; name: string }[] {
  const named = view
    .list('HTTPRoute')
    .flatMap(({ spec }) => spec?.parentRefs ?? [])
    .filter(({ kind }) => (kind ?? 'Gateway') === 'Gateway')
    .map((parent) => ({ space: parent.namespace ?? namespace, name: parent.name }))
    .filter(({ space }) => space !== namespace)
  return [...new Map(named.map((parent) => [`${parent.space}/${parent.name}`, parent])).values()].slice(0, mostSingle)
}
