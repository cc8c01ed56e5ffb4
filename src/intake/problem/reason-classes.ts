/* Reasons of Kubernetes events and container states, by the kind of trouble that they tell of. */

/** The reasons of each class, where the reason says by itself what kind of trouble it is. */
export const reasonClasses: Readonly<Record<string, string>> = {
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

/** What the message adds where a reason is told about several kinds of trouble; the first that fits counts. */
export const messageClasses: ReadonlyArray<{ reasons: readonly string[]; pattern: RegExp; problem: string }> = [
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
