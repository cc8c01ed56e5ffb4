import type { Condition, KubernetesObject, LabelSelector, NodeSelectorTerm, Quantities } from './objects.ts'

/*
 * Kubernetes types: volumes, their classes, and their attachment to nodes. Attachments and CSI nodes are read one by one, and only where
 * something of the incident points to them.
 */

export interface PersistentVolumeClaim extends KubernetesObject {
  kind: 'PersistentVolumeClaim'
  spec: {
    storageClassName?: string
    accessModes?: string[]
    volumeName?: string
    volumeMode?: string
    resources?: { requests?: Quantities }
    selector?: LabelSelector
  }
  status?: { phase?: string; capacity?: Quantities; conditions?: Condition[] }
}

export interface PersistentVolume extends KubernetesObject {
  kind: 'PersistentVolume'
  spec: {
    storageClassName?: string
    accessModes?: string[]
    capacity?: Quantities
    claimRef?: { namespace?: string; name?: string; uid?: string }
    nodeAffinity?: { required?: { nodeSelectorTerms?: NodeSelectorTerm[] } }
    persistentVolumeReclaimPolicy?: string
  }
  status?: { phase?: string; reason?: string; message?: string }
}

export interface StorageClass extends KubernetesObject {
  kind: 'StorageClass'
  provisioner?: string
  volumeBindingMode?: string
  reclaimPolicy?: string
}

/** Which node holds a volume, as the attach controller and the driver see it. */
export interface VolumeAttachment extends KubernetesObject {
  kind: 'VolumeAttachment'
  spec?: { attacher?: string; nodeName?: string; source?: { persistentVolumeName?: string } }
  status?: { attached?: boolean; attachError?: { message?: string }; detachError?: { message?: string } }
}

/** The storage drivers that have registered on a node. */
export interface CsiNode extends KubernetesObject {
  kind: 'CSINode'
  spec?: { drivers?: { name: string; allocatable?: { count?: number } }[] }
}
