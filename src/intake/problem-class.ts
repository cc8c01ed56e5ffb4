import type { Signal } from '#src/domain/signal.ts'

/* Reasons of Kubernetes events and container states, by the kind of trouble that they report. */

/** The reasons of each class, where the reason says by itself what kind of trouble it is. */
const reasonClasses: Readonly<Record<string, string>> = {
  container:
    'BackOff CrashLoopBackOff Failed Error OOMKilled OOMKilling ContainerDied Completed ' +
    'CreateContainerError RunContainerError StartError ContainerCannotRun PostStartHookError ' +
    'FailedPostStartHook FailedPreStopHook ContainerStatusUnknown',
  configuration: 'CreateContainerConfigError FailedToRetrieveConfigMap InvalidEnvironmentVariableNames',
  image:
    'ErrImagePull ImagePullBackOff InspectFailed ErrImageNeverPull InvalidImageName ImageInspectError ' +
    'RegistryUnavailable SignatureValidationFailed FailedToRetrieveImagePullSecret',
  probe: 'Unhealthy ProbeError ProbeWarning',
  scheduling:
    'FailedScheduling Unschedulable NotTriggerScaleUp FailedScaleUp SchedulerError FailedDaemonPod ' +
    'FailedPlacement Preempted NodeAffinity OutOfcpu OutOfmemory OutOfpods UnexpectedAdmissionError',
  volume:
    'FailedMount FailedAttachVolume FailedMapVolume FailedDetachVolume FailedUnMount FailedUnmapDevice ' +
    'ProvisioningFailed FailedBinding VolumeMismatch VolumeFailedDelete VolumeFailedRecycle ClaimLost ' +
    'VolumeResizeFailed FileSystemResizeFailed AlreadyMountedVolume FailedVolumeAttach FailedPopulate',
  creation: 'FailedCreate ReplicaFailure ReplicaSetCreateError FailedToCreateRoute FailedGet',
  sandbox: 'FailedCreatePodSandBox FailedPodSandBoxStatus SandboxChanged FailedCreatePodContainer',
  rollout: 'ProgressDeadlineExceeded MinimumReplicasUnavailable DeploymentRollbackFailed RecreatingFailedPod',
  node:
    'NodeNotReady NodeNotSchedulable NodeUnreachable KubeletNotReady KubeletSetupFailed Rebooted ' +
    'NodeHasDiskPressure NodeHasInsufficientMemory NodeHasInsufficientPID EvictionThresholdMet SystemOOM ' +
    'InvalidDiskCapacity FreeDiskSpaceFailed ImageGCFailed ContainerGCFailed KernelDeadlock ' +
    'ReadonlyFilesystem TaskHung KernelOops ContainerRuntimeUnhealthy PLEGUnhealthy ClockSkew ' +
    'NodeStatusUnknown NodeAllocatableEnforcementFailed FailedNodeAllocatableEnforcement CIDRNotAvailable',
  eviction: 'Evicted TaintManagerEviction EvictedByVPA Preempting FailedEviction NodeShutdown Terminated',
  network:
    'NetworkNotReady FailedToUpdateEndpoint FailedToUpdateEndpointSlices FailedToCreateEndpoint ' +
    'SyncLoadBalancerFailed CreatingLoadBalancerFailed UpdateLoadBalancerFailed DeletingLoadBalancerFailed ' +
    'LoadBalancerUpdateFailed UnAvailableLoadBalancer DNSConfigForming HostPortConflict PortConflict ' +
    'ClusterIPNotAllocated ClusterIPOutOfRange PortAlreadyAllocated IPAddressNotAllocated BackendNotFound',
  autoscaling:
    'FailedGetResourceMetric FailedGetContainerResourceMetric FailedGetPodsMetric FailedGetObjectMetric ' +
    'FailedGetExternalMetric FailedComputeMetricsReplicas FailedRescale FailedGetScale FailedUpdateStatus ' +
    'SelectorRequired InvalidSelector AmbiguousSelector InvalidMetricSourceType FailedConvertHPA',
  job:
    'BackoffLimitExceeded DeadlineExceeded PodFailurePolicy FailedIndexes MaxFailedIndexesExceeded ' +
    'TooManyMissedTimes MissSchedule FailedNeedsStart UnexpectedJob JobAlreadyActive InvalidSchedule ' +
    'UnparseableCronJobSchedule UnparsableSchedule UnknownTimeZone TooManyActivePods',
  quota: 'ExceededQuota QuotaExceeded FailedQuota',
  deletion:
    'FailedKillPod ExceededGracePeriod FailedDelete FinalizerFailed NamespaceDeletionContentFailure ' +
    'NamespaceDeletionDiscoveryFailure NamespaceContentRemaining NamespaceFinalizersRemaining',
  admission: 'FailedAdmissionWebhook PolicyViolation FailedWebhook AdmissionDenied',
  disruption: 'NoPods CalculateExpectedPodCountFailed InsufficientPods MultiplePodDisruptionBudgets',
  certificate: 'CertificateExpired CertificateExpiring FailedIssue BadCertificate',
}

/** Patterns of the message for reasons that cover several kinds of trouble; the first match counts. */
const messageClasses: ReadonlyArray<{ reasons: readonly string[]; pattern: RegExp; problem: string }> = [
  { reasons: ['BackOff', 'Failed'], pattern: /pull|image|registry|manifest/i, problem: 'image' },
  {
    reasons: ['Failed', 'FailedMount', 'FailedCreate'],
    pattern:
      /(?:configmap|secret)s? .{0,120}not found|couldn't find key|references non-existent (?:config|secret) key/i,
    problem: 'configuration',
  },
  { reasons: ['Failed'], pattern: /will not run|runAsNonRoot|runAsUser|subPath/i, problem: 'configuration' },
  {
    reasons: ['FailedCreate', 'ReplicaFailure'],
    pattern: /exceeded quota|must specify (?:limits|requests|cpu|memory)/i,
    problem: 'quota',
  },
  {
    reasons: ['FailedCreate', 'ReplicaFailure'],
    pattern: /webhook|violates PodSecurity|denied the request|admission/i,
    problem: 'admission',
  },
  { reasons: ['FailedCreatePodSandBox'], pattern: /cni|network|ip address|calico|cilium|flannel/i, problem: 'network' },
  { reasons: ['Killing'], pattern: /(?:liveness|startup) probe/i, problem: 'probe' },
  { reasons: ['Killing'], pattern: /PostStartHook|PreStopHook/i, problem: 'container' },
  { reasons: ['DeadlineExceeded'], pattern: /progress deadline/i, problem: 'rollout' },
]

const classOfReason = new Map(
  Object.entries(reasonClasses).flatMap(([problem, reasons]) => reasons.split(' ').map((reason) => [reason, problem])),
)

/** Signals with a person's free text. */
const asked: ReadonlySet<Signal['source']> = new Set(['question', 'slack', 'manual'])

/*
 * Names of alert rules as monitoring mixins, rule collections and people write them, by the kind of trouble. Names are compared
 * as lower-case letters and digits without separators; the first pattern that fits counts.
 */
const alertClasses: ReadonlyArray<readonly [pattern: RegExp, problem: string]> = [
  [/imagepull|errimage/, 'image'],
  [
    /crashloop|oomkill|containeroom|restarting|podrestart|containerrestart|containerwaiting|containerterminated/,
    'container',
  ],
  [/hpa|horizontalpodautoscal|autoscaler/, 'autoscaling'],
  [/(?:persistentvolume|pvc|volume).*(?:fill|full|usage|space|outof|inodes)/, 'volume_space'],
  [/persistentvolume|pvc|volumemount|volumeattach/, 'volume'],
  [/unschedulable|notscheduled|misscheduled|podpending|podspending|failedscheduling/, 'scheduling'],
  [/^(?:kube|kubernetes)?(?:cron)?job.*(?:fail|complet|suspend|slow|toolong|overrun)|cronjob/, 'job'],
  [/quota/, 'quota'],
  [/poddisruptionbudget|^kubepdb/, 'disruption'],
  [/evict/, 'eviction'],
  [/^(?:kube|kubernetes)?node(?!exporter)|kubelet|hostoutof|hostdisk|hostmemory/, 'node'],
  [/kube(?:api|scheduler|controllermanager|proxy)|etcd|apiserver|aggregatedapi/, 'control_plane'],
  [/certificate|certexpir|tlsexpir/, 'certificate'],
  [/(?:rollout|generation).*(?:stuck|mismatch|failed)|progressdeadline/, 'rollout'],
  [
    /(?:deployment|statefulset|daemonset|replicaset|replicas).*(?:mismatch|unavailable|missing|notready)/,
    'availability',
  ],
  [/podnotready|podnothealthy|podsnotready|pod.*unhealthy/, 'availability'],
  [/probefail|livenessprobe|readinessprobe/, 'probe'],
  [/coredns|dnsfail|dnserror/, 'network'],
]

/** The class of a reason that Kubernetes is known to give for trouble; undefined for all others. */
export function classOfKnownReason(reason: string, message = ''): string | undefined {
  const match = messageClasses.find(({ reasons, pattern }) => reasons.includes(reason) && pattern.test(message))
  return match?.problem ?? classOfReason.get(reason)
}

/**
 * What kind of problem a signal reports: from its reason (and the message, where the reason stands for several kinds), else from the
 * name of its alert. An alert that is in no table is a kind of its own, an unknown reason likewise. Text never makes a kind.
 */
export function problemClass(signal: Signal): string {
  const { reason, message, alert, source } = signal
  if (source === 'github' && signal.severity === 'info') return 'change'
  const known = reason && classOfKnownReason(reason, message)
  if (known) return known
  if (alert) return classOfAlert(signal, alert)
  if (reason) return `reason:${reason}`
  if (source === 'log') return 'log'
  return asked.has(source) ? 'question' : 'unspecified'
}

function classOfAlert({ resource }: Signal, alert: string): string {
  const plain = alert.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '')
  const known = alertClasses.find(([pattern]) => pattern.test(plain))?.[1]
  return known ?? `alert:${ruleName(alert, resource.name)}`
}

/** Without what a template put into it: a status in front, the object's own name. */
function ruleName(alert: string, object: string): string {
  const bare = alert.replace(/^(?:\s*\[[^\]]{0,200}\])+/, '').trim() || alert
  return bare.replaceAll(object, '*').toLowerCase().replaceAll(/\s+/g, ' ').slice(0, 120)
}
