import type { Container, PodSpec } from '#src/domain/kubernetes/objects.ts'
import { parseQuantity } from '#src/domain/kubernetes/quantity.ts'

const cache = new WeakMap<PodSpec, Readonly<Record<string, number>>>()

/** What the scheduler reserves for a pod, by resource: bytes, cores, counts. A limit without a request counts as the request. */
export function podRequests(spec: PodSpec): Readonly<Record<string, number>> {
  const known = cache.get(spec)
  if (known) return known
  const requests = reckon(spec)
  cache.set(spec, requests)
  return requests
}

function reckon(spec: PodSpec): Record<string, number> {
  const inits = spec.initContainers ?? []
  const sidecars = inits.filter((container) => container.restartPolicy === 'Always')
  const totals = sum([...spec.containers, ...sidecars].map(containerRequests))
  for (const init of inits)
    for (const [resource, amount] of Object.entries(containerRequests(init)))
      totals[resource] = Math.max(totals[resource] ?? 0, amount)
  return totals
}

function containerRequests(container: Container): Record<string, number> {
  const named = { ...container.resources?.limits, ...container.resources?.requests }
  const amounts: Record<string, number> = {}
  for (const [resource, text] of Object.entries(named)) {
    const amount = parseQuantity(text)
    if (amount !== undefined && amount > 0) amounts[resource] = amount
  }
  return amounts
}

function sum(parts: Record<string, number>[]): Record<string, number> {
  const totals: Record<string, number> = {}
  for (const part of parts)
    for (const [resource, amount] of Object.entries(part)) totals[resource] = (totals[resource] ?? 0) + amount
  return totals
}
