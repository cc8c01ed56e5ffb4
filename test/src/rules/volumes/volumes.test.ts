import { describe, expect, it } from 'vitest'
import { volumes } from '#src/rules/volumes/volumes.ts'
import type { Condition, KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '#src/domain/kubernetes/storage.ts'
import {
  ago,
  clusterView,
  container,
  deployment,
  event,
  namespace,
  node,
  pod,
  type SnapshotOptions,
} from '#test/helpers/build-cluster.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

const claim = (
  spec: Partial<PersistentVolumeClaim['spec']> = {},
  phase = 'Pending',
  age = 600,
): PersistentVolumeClaim => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'archive', namespace, uid: 'claim', creationTimestamp: ago(age) },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '20Gi' } }, ...spec },
  status: { phase },
})
const storageClass = (name: string, provisioner: string, isDefault = false): StorageClass => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: {
    name,
    uid: name,
    annotations: isDefault ? { 'storageclass.kubernetes.io/is-default-class': 'true' } : {},
  },
  provisioner,
})
const volume = (spec: Partial<PersistentVolume['spec']> = {}): PersistentVolume => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name: 'pv-0', uid: 'pv-0' },
  spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '50Gi' }, ...spec },
  status: { phase: 'Available' },
})
const users = deployment('store', [container('db')], {
  spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'archive' } }] },
  podStatus: { phase: 'Pending', containerStatuses: [] },
})
const judge = (objects: KubernetesObject[], options: SnapshotOptions = {}) =>
  volumes.find(clusterView([...objects, ...users], options))
const mechanisms = (objects: KubernetesObject[], options: SnapshotOptions = {}) =>
  judge(objects, options).map((finding) => finding.mechanism)

describe('src/rules/volumes/volumes', () => {
  it('explains a claim without a class in a cluster without a default class', () => {
    const [found] = judge([claim()])
    expect(found).toMatchObject({
      mechanism: 'pvc_unbound',
      resource: { kind: 'PersistentVolumeClaim', name: 'archive' },
    })
    expect(missingFacts(found?.statement, 'storageClassName', 'archive', 'Deployment store')).toEqual([])
    expect(found?.remedies[0]?.params).toMatchObject({ change: 'create_storageclass' })
    expect(found?.affects).toContainEqual({ kind: 'Deployment', namespace, name: 'store' })
  })

  it('proposes a class that makes volumes by itself where there is one', () => {
    const [found] = judge([claim(), storageClass('fast', 'ebs.csi.aws.com')])
    expect(found?.remedies[0]?.params).toMatchObject({ change: 'recreate_pvc' })
  })

  it.each<[string, KubernetesObject[]]>([
    ['is bound', [claim({}, 'Bound')]],
    ['is a few seconds old', [claim({}, 'Pending', 5)]],
    ['gets the default class', [claim(), storageClass('standard', 'ebs.csi.aws.com', true)]],
    ['waits for its first consumer', [claim({ storageClassName: 'fast' }), storageClass('fast', 'ebs.csi.aws.com')]],
    ['has a free volume', [claim(), volume()]],
  ])('is silent where the claim %s', (_, objects) => {
    expect(mechanisms(objects)).toEqual([])
  })

  it('names a class that is proved missing, and a slip in its name', () => {
    const [found] = judge([
      claim({ storageClassName: 'gp3-encripted' }),
      storageClass('gp3-encrypted', 'ebs.csi.aws.com'),
    ])
    expect(found?.mechanism).toBe('storage_class_missing')
    expect(found?.statement).toContain('gp3-encripted')
    expect(found?.remedies[0]?.params).toMatchObject({ change: 'recreate_pvc' })
  })

  it('does not call a class missing whose list was refused, unless the API says so', () => {
    const wanted = claim({ storageClassName: 'fast' })
    expect(mechanisms([wanted], { unseen: ['StorageClass'] })).toEqual([])
    const events = [event(wanted, 'ProvisioningFailed', 'storageclass.storage.k8s.io "fast" not found')]
    expect(mechanisms([wanted], { unseen: ['StorageClass'], events })).toEqual(['storage_class_missing'])
  })

  it.each([true, false])('repeats what the provisioner says (event without a uid: %s)', (modern) => {
    const wanted = claim({ storageClassName: 'fast' })
    const events = [
      event(wanted, 'ProvisioningFailed', 'failed to provision volume: quota of disks exceeded', { modern }),
    ]
    const [found] = judge([wanted, storageClass('fast', 'ebs.csi.aws.com')], { events })
    expect(found?.mechanism).toBe('provisioning_failed')
    expect(found?.statement).toContain('quota of disks exceeded')
  })

  it('tells an access mode that the free volume does not offer', () => {
    const [found] = judge([
      claim({ storageClassName: 'local', accessModes: ['ReadWriteMany'] }),
      storageClass('local', 'kubernetes.io/no-provisioner'),
      volume({ storageClassName: 'local' }),
    ])
    expect(found).toMatchObject({ mechanism: 'pvc_unbound' })
    expect(missingFacts(found?.statement, 'archive', 'ReadWriteMany')).toEqual([])
  })

  it('tells a free volume that no node reaches', () => {
    const required = {
      nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['n-9'] }] }],
    }
    const [found] = judge([
      claim({ storageClassName: 'local' }),
      storageClass('local', 'kubernetes.io/no-provisioner'),
      volume({ storageClassName: 'local', nodeAffinity: { required } }),
      node('n-1'),
    ])
    expect(found?.mechanism).toBe('volume_node_conflict')
    expect(found?.statement).toContain('n-9')
  })

  it('tells a lost volume', () => {
    expect(mechanisms([claim({ volumeName: 'pv-7' }, 'Lost')])).toEqual(['pvc_lost'])
  })

  it.each([
    [
      'FailedAttachVolume',
      'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) store-0',
      'volume_attach_failed',
    ],
    ['FailedMount', 'MountVolume.SetUp failed for volume "data" : mount failed: exit status 32', 'volume_mount_failed'],
  ])('judges %s of a pod that has not started', (reason, message, mechanism) => {
    const waiting = users[0] as KubernetesObject
    const [found] = judge([claim({}, 'Bound')], { events: [event(waiting, reason, message)] })
    expect(found).toMatchObject({ mechanism, resource: { kind: 'PersistentVolumeClaim', name: 'archive' } })
  })

  it('leaves missing secrets to the rules about references, and old mount failures of running pods alone', () => {
    const running = pod('ok', [container('api')])
    const events = [
      event(
        users[0] as KubernetesObject,
        'FailedMount',
        'MountVolume.SetUp failed for volume "tls" : secret "tls" not found',
      ),
      event(running, 'FailedMount', 'MountVolume.SetUp failed for volume "x" : timed out'),
    ]
    expect(mechanisms([running], { events })).toEqual([])
  })

  const unbound = '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found'
  const held = (message: string): KubernetesObject =>
    pod('store-9', [container('db')], {
      statuses: [],
      spec: { nodeName: undefined, volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'archive' } }] },
      status: {
        phase: 'Pending',
        conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
        containerStatuses: [],
      },
    })
  it.each<[string, SnapshotOptions, string[]]>([
    ['volumes', { unseen: ['PersistentVolume'] }, ['persistent volumes']],
    ['storage classes', { unseen: ['StorageClass'] }, ['StorageClass fast']],
    ['both', { unseen: ['PersistentVolume', 'StorageClass'] }, ['StorageClass fast', 'persistent volumes']],
  ])('tells a Pending claim where %s may not be read, and what is hidden', (_, options, hidden) => {
    const seen = options.unseen?.includes('StorageClass') ? [] : [storageClass('fast', 'disk.example')]
    const [found, ...others] = judge([claim({ storageClassName: 'fast' }), held(unbound), ...seen], options)
    expect(others).toEqual([])
    expect(found).toMatchObject({ mechanism: 'pvc_unbound', resource: { name: 'archive' } })
    expect(missingFacts(found?.statement, 'PersistentVolumeClaim archive', 'fast', 'Pending', ...hidden)).toEqual([])
  })

  it.each<[string, string, SnapshotOptions]>([
    ['its pod waits for cpu', '0/3 nodes are available: 3 Insufficient cpu.', { unseen: ['PersistentVolume'] }],
    ['all was seen', unbound, {}],
  ])('is silent about a Pending claim with a class that makes volumes where %s', (_, message, options) => {
    expect(
      mechanisms([claim({ storageClassName: 'fast' }), held(message), storageClass('fast', 'disk.example')], options),
    ).toEqual([])
  })

  const growing = (conditions: Condition[], capacity = '10Gi'): PersistentVolumeClaim => ({
    ...claim({}, 'Bound'),
    status: { phase: 'Bound', capacity: { storage: capacity }, conditions },
  })
  const condition = (type: string, seconds: number, message?: string): Condition => ({
    type,
    status: 'True',
    lastTransitionTime: ago(seconds),
    ...(message ? { message } : {}),
  })
  it.each<[string, PersistentVolumeClaim, string[] | undefined]>([
    [
      'waits for its file system',
      growing([condition('FileSystemResizePending', 1200)]),
      ['20Gi', '10Gi', '20m', 'FileSystemResizePending'],
    ],
    [
      'fails',
      growing([condition('ControllerResizeError', 5, 'disk cannot be expanded')]),
      ['20Gi', '10Gi', 'ControllerResizeError', 'disk cannot be expanded'],
    ],
    ['has only begun', growing([condition('Resizing', 30)]), undefined],
    ['is done', growing([], '20Gi'), undefined],
    ['got more than it asked for', growing([], '50Gi'), undefined],
  ])('tells a resize that %s', (_, object, facts) => {
    const found = judge([object])
    expect(found.map(({ mechanism }) => mechanism)).toEqual(facts ? ['pvc_resize_pending'] : [])
    expect(missingFacts(found[0]?.statement, ...(facts ?? []))).toEqual([])
  })

  it('starts the only user anew where its file system waits for that, and asks first where the resize failed', () => {
    const kinds = (type: string) =>
      judge([growing([condition(type, 1200)])])[0]?.remedies.map(({ kind, target }) => `${kind} ${target.kind}`)
    expect(kinds('FileSystemResizePending')).toEqual(['restart_rollout Deployment', 'escalate PersistentVolumeClaim'])
    expect(kinds('ControllerResizeError')).toEqual(['escalate PersistentVolumeClaim'])
  })

  it('tells a resize by its event too, as long as that is recent', () => {
    const told = (seconds: number) => {
      const object = growing([])
      const failed = event(object, 'VolumeResizeFailed', 'quota of the array is used up', { last_seen: ago(seconds) })
      return mechanisms([object], { events: [failed] })
    }
    expect(told(60)).toEqual(['pvc_resize_pending'])
    expect(told(3600)).toEqual([])
  })
})
