import type { KubernetesObject, PodSpec } from '#src/domain/kubernetes/objects.ts'
import { event, namespace, waiting } from '#test/helpers/build-cluster.ts'
import { clusterThing, condition, isReady, nodes, pending, pick, stateful, unscheduled, web } from './parts.ts'
import { claim, mounting, storageClass, volume } from './storage-parts.ts'
import type { UnseenCase } from './unseen-case.ts'

const lostNode = 'ip-10-0-0-14.internal'
const conflict =
  "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) didn't match PersistentVolume's node affinity. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling."
const oldConflict =
  '0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) had volume node affinity conflict.'
const localClass = storageClass('local-ssd', 'kubernetes.io/no-provisioner', 'WaitForFirstConsumer')

function bound(name: string, message: string, unscheduledSpec: Partial<PodSpec> = {}) {
  const objects = web(name, { spec: { ...mounting(`${name}-data`), ...unscheduledSpec }, pods: [pending(message)] })
  return { objects, events: unscheduled(objects, message) }
}

const creating = (container: string) => ({
  statuses: [waiting(container, 'ContainerCreating')],
  status: {
    phase: 'Pending',
    startTime: '2026-03-04T11:50:00Z',
    conditions: [condition('PodScheduled', 'True'), condition('Ready', 'False', 'ContainersNotReady')],
    containerStatuses: [waiting(container, 'ContainerCreating')],
  },
})

function lostVolumeCase(name: string, message: string): UnseenCase {
  const { objects, events } = bound('audit-log', message)
  return {
    name,
    objects: [
      ...nodes(),
      localClass,
      ...objects,
      claim('audit-log-data', { volumeName: 'local-ssd-7', storageClassName: 'local-ssd' }),
      volume('local-ssd-7', 'audit-log-data', 'local-ssd', lostNode),
    ],
    events,
    roots: [{ at: 'PersistentVolumeClaim/audit-log-data', by: ['volume_node_conflict'] }],
    words: ['local-ssd-7', lostNode, 'node affinity', 'PersistentVolume', 'audit-log-data', 'volume'],
    action: { kinds: ['escalate', 'custom_instruction:recreate_pvc'] },
  }
}

function statefulLost(): UnseenCase {
  const objects = stateful('journal', {
    spec: mounting('data-journal-0'),
    pods: [pending(conflict)],
    change: { volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { storageClassName: 'local-ssd' } }] },
  })
  return {
    name: 'the volume of a stateful set lies on a node that is gone',
    objects: [
      ...nodes(),
      localClass,
      ...objects,
      claim('data-journal-0', { volumeName: 'local-3', storageClassName: 'local-ssd' }),
      volume('local-3', 'data-journal-0', 'local-ssd', lostNode),
    ],
    events: unscheduled(objects, conflict),
    roots: [{ at: 'PersistentVolumeClaim/data-journal-0', by: ['volume_node_conflict'] }],
    words: ['local-3', lostNode],
    action: { kinds: ['escalate', 'custom_instruction:recreate_pvc'] },
  }
}

function multiAttach(): UnseenCase {
  const objects = web('wiki', { replicas: 2, spec: mounting('wiki-data'), pods: [{}, creating('wiki')] })
  const stuck = objects.find((each) => each.kind === 'Pod' && !isReady(each as never)) as KubernetesObject
  const other = pick(objects, 'Pod').metadata.name
  return {
    name: 'a ReadWriteOnce volume that is attached to another node',
    objects: [
      ...nodes(),
      storageClass('standard', 'ebs.csi.example.com'),
      ...objects,
      claim('wiki-data', { volumeName: 'pvc-1' }),
      volume('pvc-1', 'wiki-data', 'standard'),
    ],
    events: [
      event(
        stuck,
        'FailedAttachVolume',
        `Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) ${other}`,
        { reporter: 'attachdetach-controller' },
      ),
      event(
        stuck,
        'FailedMount',
        'Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[data], failed to process volumes=[]: timed out waiting for the condition',
      ),
    ],
    roots: [{ at: 'Deployment/wiki', by: ['volume_attach_failed'] }],
    words: ['Multi-Attach', 'ReadWriteOnce', 'wiki-data'],
    action: { kinds: ['custom_instruction:patch_strategy', 'scale', 'escalate'] },
  }
}

function lostClaim(): UnseenCase {
  const message =
    '0/3 nodes are available: persistentvolumeclaim "vault-data" bound to non-existent persistentvolume "pvc-9f". preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.'
  const { objects, events } = bound('vault', message)
  const lost = claim('vault-data', { volumeName: 'pvc-9f' }, 'Lost')
  return {
    name: 'a claim whose volume was deleted',
    objects: [...nodes(), storageClass('standard', 'ebs.csi.example.com'), ...objects, lost],
    events: [
      ...events,
      event(lost, 'ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!'),
    ],
    roots: [{ at: 'PersistentVolumeClaim/vault-data', by: ['pvc_lost'] }],
    words: ['Lost', 'pvc-9f', 'vault-data'],
    action: { kinds: ['escalate'] },
  }
}

function consumerWaits(): UnseenCase {
  const message = "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector."
  const objects = web('tiles', {
    spec: { ...mounting('tiles-data'), nodeSelector: { disk: 'nvme' } },
    pods: [pending(message)],
  })
  const waits = claim('tiles-data', { storageClassName: 'fast' })
  return {
    name: 'a claim that waits for a consumer which cannot be scheduled for its own selector',
    objects: [...nodes(), storageClass('fast', 'ebs.csi.example.com', 'WaitForFirstConsumer'), ...objects, waits],
    events: [
      ...unscheduled(objects, message),
      event(waits, 'WaitForPodScheduled', 'waiting for pod tiles to be scheduled', { type: 'Normal' }),
    ],
    roots: [{ at: 'Deployment/tiles', by: ['node_selector_mismatch'] }],
    words: ['disk=nvme'],
    action: { kinds: ['patch_scheduling', 'custom_instruction:label_node'] },
  }
}

function provisioning(): UnseenCase {
  const message = '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found'
  const { objects, events } = bound('gallery', message)
  const failed = claim('gallery-data', { storageClassName: 'standard' })
  return {
    name: 'a provisioner that refuses for its quota',
    objects: [...nodes(), storageClass('standard', 'ebs.csi.example.com'), ...objects, failed],
    events: [
      ...events,
      event(
        failed,
        'ExternalProvisioning',
        "Waiting for a volume to be created either by the external provisioner 'ebs.csi.example.com' or manually by the system administrator.",
        { type: 'Normal' },
      ),
      event(
        failed,
        'ProvisioningFailed',
        'failed to provision volume with StorageClass "standard": rpc error: code = ResourceExhausted desc = volume quota of 20 exceeded',
      ),
    ],
    roots: [{ at: 'PersistentVolumeClaim/gallery-data', by: ['provisioning_failed'] }],
    words: ['ResourceExhausted', 'quota', 'standard'],
    action: { kinds: ['escalate'] },
  }
}

function silentProvisioner(): UnseenCase {
  const message = '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found'
  const { objects, events } = bound('queue', message)
  const waits = claim('queue-data', { storageClassName: 'standard' })
  return {
    name: 'a provisioner that never answers',
    objects: [...nodes(), storageClass('standard', 'ebs.csi.example.com'), ...objects, waits],
    events: [
      ...events,
      event(
        waits,
        'ExternalProvisioning',
        "Waiting for a volume to be created either by the external provisioner 'ebs.csi.example.com' or manually by the system administrator.",
        { type: 'Normal' },
      ),
    ],
    roots: [{ at: 'PersistentVolumeClaim/queue-data', by: ['pvc_unbound', 'provisioning_failed'] }],
    words: ['ebs.csi.example.com', 'standard', 'Pending'],
    action: { kinds: ['escalate', 'custom_instruction:install_addon'] },
  }
}

function accessModes(): UnseenCase {
  const message = '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found'
  const { objects, events } = bound('media', message)
  const shared = claim('media-data', { storageClassName: 'manual', accessModes: ['ReadWriteMany'] })
  const free = volume('manual-1', 'x', 'manual')
  delete free.spec.claimRef
  free.status = { phase: 'Available' }
  return {
    name: 'a claim that asks for ReadWriteMany where only a ReadWriteOnce volume is free',
    objects: [...nodes(), storageClass('manual', 'kubernetes.io/no-provisioner'), ...objects, shared, free],
    events: [...events, event(shared, 'ProvisioningFailed', 'storageclass.storage.k8s.io "manual" has no provisioner')],
    roots: [{ at: 'PersistentVolumeClaim/media-data', by: ['pvc_unbound'] }],
    words: ['ReadWriteMany', 'manual'],
    action: { kinds: ['custom_instruction:create_pv', 'escalate'] },
  }
}

function selectedVolume(): UnseenCase {
  const message = '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found'
  const { objects, events } = bound('scans', message)
  const small = claim('scans-data', { storageClassName: 'manual', resources: { requests: { storage: '50Gi' } } })
  const free = volume('manual-2', 'x', 'manual')
  delete free.spec.claimRef
  free.status = { phase: 'Available' }
  return {
    name: 'a claim larger than the only free volume',
    objects: [...nodes(), storageClass('manual', 'kubernetes.io/no-provisioner'), ...objects, small, free],
    events: [
      ...events,
      event(small, 'FailedBinding', 'no persistent volumes available for this claim and no storage class is set', {
        type: 'Normal',
      }),
    ],
    roots: [{ at: 'PersistentVolumeClaim/scans-data', by: ['pvc_unbound'] }],
    words: ['50Gi', 'manual-2'],
  }
}

function missingClaim(): UnseenCase {
  const message =
    '0/3 nodes are available: persistentvolumeclaim "upload-data" not found. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.'
  const { objects, events } = bound('upload', message)
  return {
    name: 'a claim that does not exist',
    objects: [...nodes(), ...objects],
    events,
    roots: [{ at: 'Deployment/upload', by: ['missing_pvc'] }],
    words: ['upload-data', 'not found'],
    action: { kinds: ['custom_instruction:create_pvc', 'escalate'] },
  }
}

function mountFails(): UnseenCase {
  const objects = web('docs', { spec: mounting('docs-data'), pods: [creating('docs')] })
  return {
    name: 'an NFS server that cannot be mounted',
    objects: [
      ...nodes(),
      ...objects,
      claim('docs-data', { volumeName: 'nfs-1', storageClassName: 'nfs' }),
      volume('nfs-1', 'docs-data', 'nfs'),
    ],
    events: [
      event(
        pick(objects, 'Pod'),
        'FailedMount',
        'MountVolume.SetUp failed for volume "nfs-1" : mount failed: exit status 32 mount.nfs: Connection timed out for 10.9.8.7:/exports/docs',
      ),
    ],
    roots: [{ at: 'PersistentVolumeClaim/docs-data', by: ['volume_mount_failed'] }],
    words: ['10.9.8.7', 'timed out'],
    action: { kinds: ['escalate'] },
  }
}

function driverMissing(): UnseenCase {
  const objects = web('notes', { spec: mounting('notes-data'), pods: [creating('notes')] })
  return {
    name: 'a CSI driver that is not on the node',
    objects: [
      ...nodes(),
      ...objects,
      claim('notes-data', { volumeName: 'pvc-5' }),
      volume('pvc-5', 'notes-data', 'standard'),
    ],
    events: [
      event(
        pick(objects, 'Pod'),
        'FailedMount',
        'MountVolume.MountDevice failed for volume "pvc-5" : kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name ebs.csi.example.com not found in the list of registered CSI drivers',
      ),
    ],
    roots: [{ at: 'PersistentVolumeClaim/notes-data', by: ['volume_mount_failed'] }],
    words: ['ebs.csi.example.com', 'driver'],
    action: { kinds: ['escalate', 'custom_instruction:install_addon'] },
  }
}

function nothingToBind(): UnseenCase {
  const message =
    "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) didn't find available persistent volumes to bind."
  const { objects, events } = bound('events', message)
  const waits = claim('events-data', { storageClassName: 'local-ssd' })
  return {
    name: 'a local class without a free volume',
    objects: [...nodes(), localClass, ...objects, waits],
    events: [
      ...events,
      event(waits, 'WaitForPodScheduled', 'waiting for pod events to be scheduled', { type: 'Normal' }),
    ],
    roots: [{ at: 'PersistentVolumeClaim/events-data', by: ['pvc_unbound'] }],
    words: ['local-ssd', 'events-data', 'no provisioner'],
    action: { kinds: ['custom_instruction:create_pv', 'escalate'] },
  }
}

const idle = claim('spare-data', { storageClassName: 'fast' })

/** Volumes that are gone, out of reach, refused or merely waiting. */
export const storageCases: UnseenCase[] = [
  lostVolumeCase('a volume on a node that is gone, in the words of today', conflict),
  lostVolumeCase('a volume on a node that is gone, in the words of older schedulers', oldConflict),
  statefulLost(),
  multiAttach(),
  lostClaim(),
  consumerWaits(),
  provisioning(),
  silentProvisioner(),
  accessModes(),
  selectedVolume(),
  missingClaim(),
  mountFails(),
  driverMissing(),
  nothingToBind(),
  {
    name: 'a claim that waits for its first consumer and has none',
    objects: [...nodes(), storageClass('fast', 'ebs.csi.example.com', 'WaitForFirstConsumer'), ...web('blog'), idle],
    events: [
      event(idle, 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding', {
        type: 'Normal',
      }),
    ],
    roots: [],
  },
  {
    name: 'volumes of other namespaces that lie on lost nodes',
    objects: [
      ...nodes(),
      localClass,
      ...web('blog'),
      clusterThing('PersistentVolume', 'local-x', {
        spec: {
          ...volume('local-x', 'audit', 'local-ssd', lostNode).spec,
          claimRef: { namespace: `other-${namespace}`, name: 'audit' },
        },
        status: { phase: 'Bound' },
      }),
    ],
    roots: [],
  },
]
