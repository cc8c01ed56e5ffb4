import type { ClusterView } from '#src/domain/cluster-view.ts'
import { matchesMap } from '#src/domain/kubernetes/label-selector.ts'
import type { CronJob, DaemonSet, Deployment, Job, StatefulSet } from '#src/domain/kubernetes/objects.ts'

/** What makes pods from a template. */
export type TemplateOwner = Deployment | StatefulSet | DaemonSet | Job | CronJob

/** By namespace, label and value: with thousands of workloads and Services nobody may hold all of them against all. */
const cache = new WeakMap<ClusterView, Map<string, TemplateOwner[]>>()

/** The workloads of a namespace whose templates bear all labels of a selector; none for an empty one. */
export function workloadsMatching(
  view: ClusterView,
  namespace: string | undefined,
  selector: Record<string, string> | undefined,
): TemplateOwner[] {
  const index = cache.get(view) ?? buildIndex(view)
  const lists = Object.entries(selector ?? {}).map(([key, value]) => index.get(keyOf(namespace, key, value)) ?? [])
  const [shortest] = lists.toSorted((left, right) => left.length - right.length)
  return (shortest ?? []).filter((owner) => matchesMap(selector, labelsOf(owner)))
}

function buildIndex(view: ClusterView): Map<string, TemplateOwner[]> {
  const index = new Map<string, TemplateOwner[]>()
  const owners: TemplateOwner[] = [
    ...view.list('Deployment'),
    ...view.list('StatefulSet'),
    ...view.list('DaemonSet'),
    ...view.list('Job'),
    ...view.list('CronJob'),
  ]
  for (const owner of owners)
    for (const [key, value] of Object.entries(labelsOf(owner) ?? {})) {
      const place = keyOf(owner.metadata.namespace, key, value)
      const known = index.get(place)
      if (known) known.push(owner)
      else index.set(place, [owner])
    }
  cache.set(view, index)
  return index
}

function labelsOf(owner: TemplateOwner): Record<string, string> | undefined {
  const { template } = owner.kind === 'CronJob' ? owner.spec.jobTemplate.spec : owner.spec
  return template.metadata?.labels
}

function keyOf(namespace: string | undefined, key: string, value: string): string {
  return `${namespace ?? ''}/${key}=${value}`
}
