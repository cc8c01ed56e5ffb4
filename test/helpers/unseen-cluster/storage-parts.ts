import type { KubernetesObject, PodSpec } from '#src/domain/kubernetes/objects.ts'
import type { PersistentVolume, PersistentVolumeClaim } from '#src/domain/kubernetes/storage.ts'
import { namespace } from '#test/helpers/build-cluster.ts'
import { clusterThing, thing } from './parts.ts'

/* Claims, volumes and classes of made-up incidents. */

/** A claim; Bound to the volume that is named, else Pending. */
export function claim(
  name: string,
  spec: Partial<PersistentVolumeClaim['spec']> = {},
  phase?: string,
  meta: object = {},
): PersistentVolumeClaim {
  return thing<PersistentVolumeClaim>('PersistentVolumeClaim', name, {
    metadata: { finalizers: ['kubernetes.io/pvc-protection'], ...meta },
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '10Gi' } },
      storageClassName: 'standard',
      ...spec,
    },
    status: { phase: phase ?? (spec.volumeName ? 'Bound' : 'Pending') },
  })
}

/** A volume bound to a claim of the namespace; on one node where `onNode` names it. */
export function volume(name: string, boundTo: string, storageClassName: string, onNode?: string): PersistentVolume {
  const values = onNode ? [onNode] : []
  return clusterThing<PersistentVolume>('PersistentVolume', name, {
    spec: {
      storageClassName,
      accessModes: ['ReadWriteOnce'],
      capacity: { storage: '10Gi' },
      claimRef: { namespace, name: boundTo },
      persistentVolumeReclaimPolicy: 'Retain',
      ...(onNode
        ? {
            nodeAffinity: {
              required: {
                nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values }] }],
              },
            },
          }
        : {}),
    },
    status: { phase: 'Bound' },
  })
}

/** The volume and its mount of a pod template. */
export const mounting = (claimName: string): Partial<PodSpec> => ({
  volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }],
})

/** A storage class. */
export const storageClass = (name: string, provisioner: string, volumeBindingMode = 'Immediate'): KubernetesObject =>
  clusterThing('StorageClass', name, { provisioner, volumeBindingMode, reclaimPolicy: 'Delete' })
