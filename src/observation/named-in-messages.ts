import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Condition } from '#src/domain/kubernetes/objects.ts'

/** What messages of events and conditions name outside the namespace. */
export interface NamedInMessages {
  webhooks: string[]
  /** Pods that preempted others: their node, and their uid or `namespace/name`, by API version. */
  preemptors: { node: string; uid: string }[]
  /** True where the API server refused a request of some user. */
  forbidden: boolean
}

const webhook = /webhook "([^"]{1,253})"/g
const preempted = /^Preempted by (?:a )?pod:? (\S+) on node (\S+?)[.,]?$/

/** Reads the messages of the snapshot: admission webhooks that fail or deny, and pods that preempted others. */
export function namedInMessages(view: ClusterView): NamedInMessages {
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
