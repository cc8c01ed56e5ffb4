import type { Remedy } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import { formatBytes, parseQuantity } from '#src/domain/kubernetes/quantity.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'
import { instruct } from '#src/rules/kit/instruct.ts'
import { wantedPods } from '#src/rules/kit/wanted-pods.ts'
import type { QuotaWords } from './quota-words.ts'

const leastShare = 0.5

/** The request with which all replicas fit the quota beside what others use of it; undefined where it would fall below half. */
export function shrinkToQuota(view: ClusterView, workload: ResourceRef, words: QuotaWords): Remedy | undefined {
  const [, scope, name] = /^(?:(requests|limits)\.)?(cpu|memory|ephemeral-storage)$/.exec(words.resource) ?? []
  const template = view.templateOf(workload)
  const object = view.find(workload)
  const replicas = wantedPods(view, workload) ?? 0
  if (!name || !template || !object || replicas === 0) return undefined
  const field = scope === 'limits' ? 'limits' : 'requests'
  const holders = template.spec.containers.filter((container) => container.resources?.[field]?.[name] !== undefined)
  const [holder] = holders
  const [each, used, hard] = [words.requested, words.used, words.hard].map(parseQuantity)
  if (holders.length !== 1 || !holder || each === undefined || used === undefined || hard === undefined)
    return undefined
  const running = view.podsOf(object).length
  const share = (hard - (used - running * each)) / replicas
  if (share >= each || share < each * leastShare) return undefined
  const amount =
    name === 'cpu' ? `${Math.floor((share * 1000) / 5) * 5}m` : formatBytes(Math.floor(share / 2 ** 23) * 2 ** 23)
  const fit = `${replicas} pods with ${amount} ${name} each fit ${words.resource} ${words.hard} of ResourceQuota ${words.quota}; its owner must know that the program can live with it`
  // The template of a job is fixed once it is made.
  if (workload.kind === 'Job') {
    return instruct(
      workload,
      'recreate_with_resources',
      `Create Job ${workload.name} anew with ${field}.${name} ${amount} for container ${holder.name}.`,
      { reason: fit, reversible: false },
    )
  }
  return {
    kind: 'patch_resources',
    target: workload,
    params: { container: holder.name, [field]: { [name]: amount } },
    reason: fit,
    risk: 'medium',
    reversible: true,
  }
}
