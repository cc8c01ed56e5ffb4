import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'

/** Written by controllers and tools, not by people. */
const machine =
  /^(kubectl\.kubernetes\.io|deployment\.kubernetes\.io|autoscaling\.alpha\.kubernetes\.io|meta\.helm\.sh)\//
const rest =
  /suspend|paus|scal(e|ed|ing)\b|replicas|zero|disabl|stopped|switched off|turned off|parked|on hold|dormant/i
const reason = /reason|note|why|until|by|since|comment|description|ticket|intent/i

/**
 * The note of a person in the annotations that says that an object is meant to rest, as it stands there; undefined where there is
 * none, or where the day that it names has passed.
 */
export function intentionNote(view: ClusterView, { metadata }: KubernetesObject): string | undefined {
  const note = Object.entries(metadata.annotations ?? {}).find(([key, value]) => {
    const name = key.split('/').at(-1) ?? key
    const isProse = /\s/.test(value.trim())
    return !machine.test(key) && rest.test(`${name} ${value}`) && (isProse || (reason.test(name) && value !== ''))
  })
  if (!note) return undefined
  const [key, value] = note
  const day = /until\W*(\d{4}-\d{2}-\d{2})/i.exec(`${key} ${value}`)?.[1]
  const isOver = day !== undefined && (view.ageOf(`${day}T23:59:59Z`) ?? 0) > 0
  return isOver ? undefined : value
}
