import type { MechanismNotes } from './mechanism-note.ts'

/** Claims and volumes. */
export const storageNotes = {
  missing_pvc: {
    detected: 'A pod is held back, and the claim that it mounts is proved absent or not found.',
    from: [
      '.spec.volumes[].persistentVolumeClaim.claimName',
      'the list of claims',
      'event: `persistentvolumeclaim "..." not found`',
    ],
    suggests: ['rollback', 'custom_instruction', 'escalate'],
    limits: 'Size, class and access mode of the claim are asked for.',
  },
  pvc_unbound: {
    detected:
      'A claim stays Pending: no class and no default class, a class without a provisioner and no free volume that matches, a provisioner that has not answered for two minutes, or a reason that may not be read while its pods wait.',
    from: [
      'PersistentVolumeClaim `.status.phase` and `.spec`',
      'StorageClass `.provisioner` and the mark of the default class',
      'free PersistentVolumes',
      'event `ExternalProvisioning`',
    ],
    suggests: ['custom_instruction', 'escalate'],
    limits:
      'A claim that only waits for its first pod is no fault. Where classes or volumes may not be read, the claim is told with little confidence and what is hidden is named.',
  },
  storage_class_missing: {
    detected: 'A Pending claim names a storage class that is proved absent, or that its provisioner does not find.',
    from: [
      'PersistentVolumeClaim `.spec.storageClassName`',
      'the list of StorageClasses',
      'event `ProvisioningFailed`: `not found`',
    ],
    suggests: ['custom_instruction', 'escalate'],
    limits:
      'Which class replaces it is not known, unless one name is near. The class of a claim cannot be changed in place.',
  },
  provisioning_failed: {
    detected: 'A claim is Pending, its class exists and makes volumes, and the provisioner reported a failure.',
    from: ['event `ProvisioningFailed`', 'PersistentVolumeClaim `.status.phase`', 'StorageClass `.provisioner`'],
    suggests: ['escalate'],
    limits: 'The storage behind the class is outside the picture; its own words are quoted.',
  },
  pvc_lost: {
    detected: 'A claim is in phase Lost.',
    from: ['PersistentVolumeClaim `.status.phase` and `.spec.volumeName`'],
    suggests: ['escalate'],
    limits: 'Where the data are is not known.',
  },
  volume_attach_failed: {
    detected: 'A pod has a node and has not started, and a volume cannot be attached.',
    from: ['event `FailedAttachVolume`', 'pods that mount the same claim, and their nodes'],
    suggests: ['custom_instruction', 'escalate'],
    limits:
      'The workload is the root where an older pod of its own holds the volume, else the claim. A volume held by a lost node blames that node.',
  },
  volume_mount_failed: {
    detected: 'A pod has a node and has not started, and a volume cannot be mounted or mapped.',
    from: ['events `FailedMount`, `FailedMapVolume`', '.spec.volumes'],
    suggests: ['escalate'],
    limits:
      'A missing ConfigMap, Secret or key is told by its own finding. Where only a timeout is reported, the reason is not known.',
  },
  volume_node_conflict: {
    detected: 'The volume of a claim lives where the pod may not run, or where no node is any more.',
    from: [
      'PersistentVolume `.spec.nodeAffinity`',
      'Node `.metadata.labels`',
      'event `FailedScheduling`: `volume node affinity conflict`',
    ],
    suggests: ['rollback', 'escalate', 'custom_instruction'],
    limits: 'Whether the data may be given up only their owner knows.',
  },
  pvc_resize_pending: {
    detected:
      'A bound claim asks for more than its volume has, and the resize failed or has been waiting for ten minutes.',
    from: [
      'PersistentVolumeClaim `.spec.resources.requests.storage` and `.status.capacity.storage`',
      'PersistentVolumeClaim `.status.conditions` (ControllerResizeError, NodeResizeError, FileSystemResizePending, Resizing)',
      'events about a failed resize',
    ],
    suggests: ['escalate'],
    limits: 'Whether the storage can give that much, and whether the driver needs a new start of the pod, is not seen.',
  },
  volume_in_use: {
    detected: 'A pod cannot be scheduled because another pod uses its claim, whose access mode is ReadWriteOncePod.',
    from: [
      'PersistentVolumeClaim `.spec.accessModes`',
      '`.status.conditions[type=PodScheduled]`: ReadWriteOncePod',
      'pods that mount the claim',
    ],
    suggests: ['custom_instruction'],
  },
  volume_reclaim_failed: {
    detected: 'A volume that belonged to a claim of the namespace is in phase Failed.',
    from: ['PersistentVolume `.status` and `.spec.claimRef`'],
    suggests: ['escalate'],
    limits: 'Nobody is affected by it at the moment, hence the low severity.',
  },
} as const satisfies MechanismNotes
