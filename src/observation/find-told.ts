import { refOf } from '#src/domain/cluster-view.ts'
import type { KubernetesObject, WebhookConfiguration } from '#src/domain/kubernetes/objects.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import type { Reading } from './reading.ts'
import { runBounded } from './run-bounded.ts'
import type { ToldByMessages } from './told-by-messages.ts'

/** What messages point at in other namespaces: services behind webhooks, and pods that took others' place. */
export async function findTold(reading: Reading, told: ToldByMessages): Promise<ResourceRef[]> {
  const services = told.webhooks.length > 0 ? await findWebhookServices(reading, told.webhooks) : []
  return [...services, ...(await findPreemptors(reading, told))]
}

/** Only a node and a uid are told: the pods of that node are looked through, and the one is kept. */
async function findPreemptors(reading: Reading, { preemptors }: ToldByMessages): Promise<ResourceRef[]> {
  const { reads, concurrency } = reading
  const pods = () => reading.view().list('Pod')
  const known = new Set(pods().map((pod) => pod.metadata.uid))
  const unknown = preemptors.filter(({ uid }) => !known.has(uid))
  const wanted = new Set(unknown.map(({ uid }) => uid))
  const isWanted = ({ metadata }: KubernetesObject) =>
    wanted.has(metadata.uid) || wanted.has(`${metadata.namespace}/${metadata.name}`)
  const nodes = new Set(unknown.map(({ node }) => node))
  await runBounded(
    [...nodes].map((node) => () => reads.list('Pod', undefined, { field_selector: `spec.nodeName=${node}` }, isWanted)),
    concurrency,
  )
  return wanted.size === 0 ? [] : pods().filter(isWanted).map(refOf)
}

async function findWebhookServices(reading: Reading, names: readonly string[]): Promise<ResourceRef[]> {
  const { reads, picture } = reading
  await Promise.all([
    reads.list('ValidatingWebhookConfiguration', undefined),
    reads.list('MutatingWebhookConfiguration', undefined),
  ])
  const view = reading.view()
  const configurations: WebhookConfiguration[] = [
    ...view.list('ValidatingWebhookConfiguration'),
    ...view.list('MutatingWebhookConfiguration'),
  ]
  const services = configurations
    .flatMap((configuration) => configuration.webhooks ?? [])
    .filter((webhook) => names.includes(webhook.name))
    .flatMap((webhook) => webhook.clientConfig?.service ?? [])
  await runBounded(
    services.map(
      ({ namespace, name }) =>
        () =>
          reads.get('Service', namespace, name),
    ),
    reading.concurrency,
  )
  const refs = services.map(({ namespace, name }) => ({ kind: 'Service', namespace, name }))
  return refs.filter((ref) => !picture.isAbsent(ref))
}
