import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Condition } from '#src/domain/kubernetes/objects.ts'

/** What messages of events and conditions name that has to be looked up elsewhere. */
export interface ToldByMessages {
  webhooks: string[]
  /** Pods that took the place of others: where they run, and their uid or `namespace/name`, by API version. */
  preemptors: { node: string; uid: string }[]
  /** True where the API server refused somebody something. */
  forbidden: boolean
}

const webhook = /webhook "([^"]{1,253})"/g
const preempted = /^Preempted by (?:a )?pod:? (\S+) on node (\S+?)[.,]?$/

/** Reads the messages of the picture: admission webhooks that fail or deny, and pods that preempted others. */
export function toldByMessages(view: ClusterView): ToldByMessages {
  const webhooks = new Set<string>()
  const preemptors = new Map<string, { node: string; uid: string }>()
  let forbidden = false
  for (const message of messagesOf(view)) {
    for (const [, name] of message.matchAll(webhook)) if (name) webhooks.add(name)
    const [, uid, node] = preempted.exec(message) ?? []
    if (uid && node) preemptors.set(uid, { uid, node })
    forbidden ||= /\bis forbidden: User\b/.test(message)
  }
  return { webhooks: [...webhooks], preemptors: [...preemptors.values()], forbidden }
}

function* messagesOf(view: ClusterView): Generator<string> {
  for (const event of view.snapshot.events) yield event.message
  const workloads = [
    ...view.list('Deployment'),
    ...view.list('ReplicaSet'),
    ...view.list('StatefulSet'),
    ...view.list('Job'),
    ...view.list('Namespace'),
  ]
  for (const { status } of workloads as { status?: { conditions?: Condition[] } }[])
    for (const condition of status?.conditions ?? []) if (condition.message) yield condition.message
}
