import type { Service } from '#src/domain/kubernetes/objects.ts'
import { editDistance } from './edit-distance.ts'
import type { Situation } from './situation.ts'

/**
 * The Service that was most likely meant by a name: the same name elsewhere, else a name of the namespace that differs by a slip.
 * Undefined where two are as close, for a guess is no evidence. `mayBeMeant`: false for Services that cannot have been.
 */
export function closestService(
  name: string,
  { view, namespace }: Pick<Situation, 'view' | 'namespace'>,
  mayBeMeant: (service: Service) => boolean,
): Service | undefined {
  const services = view
    .list('Service')
    .filter((service) => service.metadata.name !== 'kubernetes' && mayBeMeant(service))
  const sameName = services.filter((service) => service.metadata.name === name)
  const near = sameName.find((service) => service.metadata.namespace === namespace)
  if (near) return near
  if (sameName.length === 1) return sameName[0]
  const slip = Math.max(1, Math.floor(name.length / 4))
  const ranked = services
    .filter((service) => service.metadata.namespace === namespace)
    .map((service) => ({ service, distance: distance(name, service.metadata.name) }))
    .filter((entry) => entry.distance <= slip)
    .toSorted((left, right) => left.distance - right.distance)
  const [best, second] = ranked
  return best && best.distance !== second?.distance ? best.service : undefined
}

/** A name that is the other with words added (`orders-postgres`, `postgres`) is as near as a slip of one. */
function distance(left: string, right: string): number {
  const [shorter, longer] = left.length < right.length ? [left, right] : [right, left]
  const contained = shorter.length >= 3 && (longer.startsWith(`${shorter}-`) || longer.endsWith(`-${shorter}`))
  return contained ? 1 : editDistance(left, right)
}
