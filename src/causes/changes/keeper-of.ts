import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'

/** Who would write its own value of a field again, and where a change has to be made so that it lasts. */
export interface Keeper {
  name: string
  place: string
}

const gitOps =
  /^(argocd|argo-cd|flux|kustomize-controller|helm-controller|gitops|fleet|rancher-fleet|config-?sync|kapp|applyset)/i
const helm = /^helm(file)?$/i
const infrastructure = /^(terraform|pulumi|crossplane)/i

/**
 * The tool that keeps the fields of an object that `isField` accepts: by the managers of those very fields where they are known,
 * else by the labels that deployment tools leave. Undefined for what is kept by nobody but hands.
 */
export function keeperOf(
  view: ClusterView,
  target: ResourceRef,
  isField: (path: string) => boolean,
): Keeper | undefined {
  const object = view.find(target)
  if (!object) return undefined
  if (isField('spec.replicas')) {
    const autoscaler = view
      .list('HorizontalPodAutoscaler')
      .find(
        ({ metadata, spec }) =>
          metadata.namespace === target.namespace &&
          spec.scaleTargetRef.kind === target.kind &&
          spec.scaleTargetRef.name === target.name,
      )
    if (autoscaler) {
      const { name } = autoscaler.metadata
      return { name: `HorizontalPodAutoscaler ${name}`, place: 'by its minReplicas and maxReplicas' }
    }
  }
  const owners = (object.metadata.fieldOwners ?? []).filter(({ paths }) => paths.some(isField))
  const kept = owners.map(({ manager }) => byManager(manager)).find((keeper) => keeper !== undefined)
  return kept ?? byLabels(object)
}

function byManager(manager: string): Keeper | undefined {
  if (gitOps.test(manager)) return { name: manager, place: 'in its repository' }
  if (helm.test(manager)) return { name: 'Helm', place: 'in the values of its release' }
  return infrastructure.test(manager) ? { name: manager, place: 'in its code' } : undefined
}

function byLabels({ metadata }: KubernetesObject): Keeper | undefined {
  const { labels = {}, annotations = {} } = metadata
  const argo = labels['argocd.argoproj.io/instance'] ?? annotations['argocd.argoproj.io/tracking-id']?.split(':')[0]
  if (argo) return { name: `Argo CD application ${argo}`, place: 'in its repository' }
  const flux = labels['kustomize.toolkit.fluxcd.io/name'] ?? labels['helm.toolkit.fluxcd.io/name']
  if (flux) return { name: `Flux (${flux})`, place: 'in its repository' }
  const release = annotations['meta.helm.sh/release-name']
  return release ? { name: `Helm release ${release}`, place: 'in its values' } : undefined
}
