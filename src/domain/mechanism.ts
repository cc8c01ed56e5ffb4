import { z } from 'zod'

/**
 * `cause`: may be a root. `symptom`: something else explains it; it is a root only where nothing does.
 * `rank` decides between findings about the same workload: the higher one explains the lower one. 10 plain symptom, 30 how it
 * died, 50 what kept it from running, 70 the thing to change, 80 the thing to change with its name.
 */
export interface MechanismEntry {
  category:
    | 'application'
    | 'config'
    | 'image'
    | 'probe'
    | 'resources'
    | 'scheduling'
    | 'storage'
    | 'rollout'
    | 'job'
    | 'admission'
    | 'network'
    | 'autoscaling'
    | 'node'
    | 'deletion'
    | 'access'
  role: 'cause' | 'symptom'
  rank: number
  /** What it means, for people. */
  title: string
}

const entry = (
  category: MechanismEntry['category'],
  role: MechanismEntry['role'],
  rank: number,
  title: string,
): MechanismEntry => ({ category, role, rank, title })

/** The closed vocabulary of how things fail. */
export const mechanisms = {
  // what a container does
  container_crash: entry('application', 'symptom', 20, 'a container exits again and again'),
  container_not_ready: entry('application', 'symptom', 10, 'a container runs and is not ready'),
  container_create_failed: entry('application', 'symptom', 30, 'the runtime could not create or start a container'),
  application_error: entry('application', 'cause', 40, 'the application ends with an error of its own'),
  application_panic: entry('application', 'cause', 60, 'the application panics or throws at a named place'),
  application_hang: entry('application', 'cause', 60, 'the application stops answering while its process lives'),
  missing_env: entry('config', 'cause', 80, 'a required environment variable or setting is not given'),
  bad_config_value: entry('config', 'cause', 80, 'a configuration value cannot be read or is not allowed'),
  env_shadowed: entry('config', 'cause', 81, 'a variable is given twice, and the value that wins is the wrong one'),
  env_stale: entry('config', 'cause', 72, 'a pod runs with values from before its ConfigMap or Secret was changed'),
  service_name_unknown: entry('config', 'cause', 38, 'the settings name a Service that does not exist'),
  bad_args: entry('config', 'cause', 80, 'the program refuses its arguments'),
  bad_command: entry('config', 'cause', 80, 'the command does not exist in the image or cannot be run'),
  image_platform_mismatch: entry('image', 'cause', 80, 'the binary does not fit its platform, runtime or image'),
  port_conflict: entry('config', 'cause', 80, 'two processes of a pod want the same port'),
  file_permission: entry('config', 'cause', 70, 'the process may not read, write or execute a file'),
  file_missing: entry('config', 'cause', 70, 'a file that the process needs is not there'),
  disk_full: entry('resources', 'cause', 70, 'a file system that the process writes to is full'),
  tls_failure: entry('config', 'cause', 70, 'a TLS handshake fails: unknown authority, expired or wrong name'),
  authentication_failed: entry('access', 'cause', 70, 'a dependency refuses the credentials'),
  rbac_forbidden: entry('access', 'cause', 80, 'the API server refuses a verb to the service account'),
  migration_failed: entry('application', 'cause', 70, 'a schema migration fails or is missing'),
  dependency_unreachable: entry('network', 'symptom', 50, 'a dependency refuses connections or does not answer'),
  dns_name_unresolved: entry('network', 'cause', 75, 'a name that the workload calls does not resolve'),
  run_as_non_root: entry('config', 'cause', 80, 'runAsNonRoot is demanded of an image that runs as root'),
  lifecycle_hook_failed: entry('config', 'cause', 60, 'a postStart or preStop hook fails'),
  init_container_failed: entry('application', 'symptom', 25, 'an init container fails, so the pod does not start'),
  init_container_waiting: entry(
    'application',
    'symptom',
    45,
    'an init container never ends, so the pod does not start',
  ),
  // memory and disk
  oom_killed: entry('resources', 'cause', 60, 'the kernel kills a container at its memory limit'),
  cpu_starved: entry('resources', 'cause', 68, 'a CPU limit keeps a program from answering its probes in time'),
  heap_over_limit: entry('resources', 'cause', 80, 'the runtime may take more memory than the container is given'),
  sandbox_failed: entry('resources', 'cause', 50, 'the pod sandbox cannot be created'),
  evicted_ephemeral_storage: entry('resources', 'cause', 70, 'a pod passes its ephemeral-storage limit and is evicted'),
  evicted_node_pressure: entry('node', 'cause', 55, 'a node under pressure evicts pods'),
  // images
  image_not_found: entry('image', 'cause', 80, 'the image or its tag does not exist in the registry'),
  image_auth_failed: entry('image', 'cause', 70, 'the registry refuses the pull'),
  registry_unreachable: entry('image', 'cause', 80, 'the nodes cannot reach the registry'),
  image_name_invalid: entry('image', 'cause', 80, 'the image reference cannot be parsed'),
  image_never_pull: entry('image', 'cause', 80, 'the pull policy is Never and the node lacks the image'),
  image_pull_failed: entry('image', 'cause', 50, 'the image cannot be pulled, the reason is not told'),
  missing_pull_secret: entry('image', 'cause', 85, 'an imagePullSecret that is named does not exist'),
  // references
  missing_configmap: entry('config', 'cause', 80, 'a ConfigMap that is referred to does not exist'),
  missing_secret: entry('config', 'cause', 80, 'a Secret that is referred to does not exist'),
  missing_configmap_key: entry('config', 'cause', 80, 'a ConfigMap lacks a key that is referred to'),
  missing_secret_key: entry('config', 'cause', 80, 'a Secret lacks a key that is referred to'),
  missing_service_account: entry('access', 'cause', 80, 'the service account of a pod template does not exist'),
  missing_pvc: entry('storage', 'cause', 80, 'a volume claim that is referred to does not exist'),
  missing_priority_class: entry('scheduling', 'cause', 80, 'the priority class of a pod template does not exist'),
  // probes
  readiness_failing: entry('probe', 'symptom', 35, 'the readiness probe fails'),
  liveness_killing: entry('probe', 'symptom', 35, 'the kubelet kills a container for its liveness probe'),
  startup_probe_failing: entry('probe', 'symptom', 35, 'the startup probe fails'),
  probe_misconfigured: entry('probe', 'cause', 75, 'a probe asks a port or path that the container does not serve'),
  liveness_too_aggressive: entry(
    'probe',
    'cause',
    75,
    'the liveness probe kills a container before it can have started',
  ),
  probe_timeout_too_short: entry('probe', 'cause', 76, 'a probe gives up before the health endpoint has answered'),
  startup_probe_too_short: entry(
    'probe',
    'cause',
    45,
    'the startup probe gives up before the container can have started',
  ),
  readiness_gate_unmet: entry('probe', 'cause', 50, 'a readiness gate keeps ready containers out of service'),
  // scheduling
  unschedulable: entry('scheduling', 'symptom', 30, 'no node takes the pod'),
  insufficient_resources: entry('scheduling', 'cause', 70, 'no node has the resources that the pod requests'),
  node_selector_mismatch: entry('scheduling', 'cause', 75, 'no node bears the labels of the node selector'),
  node_affinity_mismatch: entry('scheduling', 'cause', 75, 'no node satisfies the required node affinity'),
  untolerated_taint: entry('scheduling', 'cause', 75, 'the nodes that would fit have a taint that is not tolerated'),
  pod_affinity_unsatisfiable: entry(
    'scheduling',
    'cause',
    75,
    'a required pod affinity or anti-affinity cannot be met',
  ),
  topology_spread_unsatisfiable: entry('scheduling', 'cause', 76, 'a topology spread constraint cannot be met'),
  host_port_conflict: entry('scheduling', 'cause', 76, 'every open node already gives away the host port'),
  node_cordoned: entry('scheduling', 'cause', 65, 'the nodes that would fit are cordoned'),
  preempted: entry('scheduling', 'cause', 78, 'pods of higher priority took the place'),
  scheduling_gated: entry('scheduling', 'cause', 75, 'a scheduling gate holds the pod back'),
  // storage
  pvc_unbound: entry('storage', 'cause', 70, 'a volume claim stays Pending'),
  storage_class_missing: entry('storage', 'cause', 85, 'the storage class of a claim does not exist'),
  provisioning_failed: entry('storage', 'cause', 80, 'the provisioner refuses or fails to make the volume'),
  pvc_lost: entry('storage', 'cause', 85, 'the volume behind a claim is gone'),
  volume_attach_failed: entry('storage', 'cause', 70, 'a volume cannot be attached to the node'),
  volume_mount_failed: entry('storage', 'cause', 50, 'a volume cannot be mounted'),
  volume_node_conflict: entry('storage', 'cause', 76, 'the volume lives where the pod may not run'),
  pvc_resize_pending: entry('storage', 'cause', 55, 'a volume has not grown to the size that its claim asks for'),
  volume_in_use: entry('storage', 'cause', 77, 'a volume that one pod at a time may use is taken'),
  volume_reclaim_failed: entry('storage', 'cause', 50, 'a volume that was given back cannot be reclaimed'),
  // controllers
  replicas_unavailable: entry('rollout', 'symptom', 5, 'a workload has fewer ready replicas than it wants'),
  rollout_stuck: entry('rollout', 'symptom', 15, 'a rollout does not finish'),
  rollout_paused: entry('rollout', 'cause', 60, 'a rollout is paused'),
  statefulset_blocked: entry('rollout', 'symptom', 12, 'a stateful set waits for an earlier ordinal'),
  daemonset_node_excluded: entry(
    'scheduling',
    'cause',
    60,
    'a daemon set does not run on a node whose taint it does not tolerate',
  ),
  daemonset_incomplete: entry('rollout', 'symptom', 8, 'a daemon set is not ready on every node it wants'),
  scaled_to_zero: entry('rollout', 'cause', 60, 'a workload that something depends on is scaled to zero'),
  job_failed: entry('job', 'symptom', 30, 'a job gave up after its retries'),
  job_deadline_exceeded: entry('job', 'cause', 55, 'a job ran past its deadline'),
  job_suspended: entry('job', 'cause', 50, 'a job is suspended'),
  cronjob_suspended: entry('job', 'cause', 50, 'a cron job is suspended'),
  cronjob_schedule_invalid: entry('job', 'cause', 70, 'the schedule of a cron job cannot be read'),
  cronjob_time_zone_unknown: entry('job', 'cause', 71, 'the time zone of a cron job does not exist'),
  cronjob_blocked: entry('job', 'cause', 60, 'a running job keeps the next one from starting'),
  job_sidecar_running: entry('job', 'cause', 62, 'a helper keeps a finished job from completing'),
  job_overrunning: entry('job', 'symptom', 28, 'a job runs far longer than the runs before it'),
  cronjob_missed: entry('job', 'symptom', 30, 'a cron job missed its schedule'),
  // refusals
  quota_exceeded: entry('admission', 'cause', 80, 'a resource quota refuses new pods'),
  quota_near_limit: entry('admission', 'symptom', 5, 'a resource quota is nearly used up'),
  limit_range_violation: entry('admission', 'cause', 80, 'a limit range refuses the pods'),
  webhook_unavailable: entry('admission', 'cause', 85, 'an admission webhook that must answer cannot be reached'),
  webhook_denied: entry('admission', 'cause', 75, 'an admission webhook refuses the objects'),
  pod_security_violation: entry('admission', 'cause', 80, 'pod security admission refuses the pods'),
  creation_refused: entry('admission', 'cause', 45, 'the API server refuses to create pods'),
  // network
  service_without_endpoints: entry('network', 'symptom', 10, 'a service has no ready endpoint'),
  service_selector_mismatch: entry('network', 'cause', 75, 'a service selects labels that no pod bears'),
  service_selects_foreign_pods: entry('network', 'cause', 65, 'a service selects pods of another workload'),
  service_port_mismatch: entry('network', 'cause', 75, 'a service sends to a port on which no container listens'),
  service_missing: entry('network', 'cause', 70, 'a service that a workload calls does not exist'),
  ingress_backend_missing: entry('network', 'cause', 75, 'an ingress names a service or port that does not exist'),
  ingress_class_missing: entry('network', 'cause', 70, 'an ingress names no class or one that does not exist'),
  ingress_tls_missing: entry('network', 'cause', 70, 'the TLS secret of an ingress does not exist'),
  ingress_path_clash: entry('network', 'cause', 45, 'two ingresses claim the same host and path'),
  gateway_class_missing: entry(
    'network',
    'cause',
    78,
    'a gateway names a class that does not exist or that nobody serves',
  ),
  gateway_not_ready: entry('network', 'cause', 72, 'a gateway or one of its listeners is not set up'),
  route_backend_missing: entry('network', 'cause', 75, 'a route names a service or port that does not exist'),
  route_not_accepted: entry('network', 'cause', 70, 'a route is accepted by no gateway'),
  dns_policy_mismatch: entry(
    'network',
    'cause',
    77,
    'pods in the network of their node cannot resolve names of Services',
  ),
  service_no_local_endpoint: entry(
    'network',
    'cause',
    72,
    'a service with traffic policy Local has no endpoint where the traffic arrives',
  ),
  load_balancer_pending: entry('network', 'cause', 60, 'a load balancer never gets an address'),
  network_policy_blocks: entry('network', 'cause', 78, 'a network policy denies a path that is needed'),
  // scale
  hpa_metrics_unavailable: entry('autoscaling', 'cause', 60, 'an autoscaler cannot read its metrics'),
  hpa_target_missing: entry('autoscaling', 'cause', 70, 'the target of an autoscaler does not exist'),
  hpa_at_maximum: entry('autoscaling', 'cause', 40, 'an autoscaler wants more replicas than it may have'),
  hpa_contested: entry('autoscaling', 'cause', 62, 'an autoscaler and somebody else set the same replica count'),
  vpa_evictions: entry('autoscaling', 'cause', 45, 'a vertical autoscaler keeps evicting pods'),
  pdb_blocks_eviction: entry('autoscaling', 'cause', 40, 'a disruption budget never allows an eviction'),
  // nodes and deletion
  node_not_ready: entry('node', 'cause', 90, 'a node is not ready'),
  node_heartbeat_stale: entry('node', 'cause', 65, 'the kubelet of a node no longer reports though it counts as ready'),
  node_clock_skew: entry('node', 'cause', 62, 'the clock of a node is wrong'),
  node_pressure: entry('node', 'cause', 60, 'a node is short of memory, disk or process ids'),
  api_unavailable: entry('node', 'cause', 85, 'an API that a Service of the cluster serves does not answer'),
  finalizer_blocks_deletion: entry('deletion', 'cause', 70, 'a finalizer keeps a deleted object from going away'),
  termination_slow: entry('deletion', 'cause', 45, 'a deleted pod takes its whole grace period'),
} as const satisfies Record<string, MechanismEntry>

export type MechanismName = keyof typeof mechanisms
/** How it fails: one word of the closed vocabulary. */
export const Mechanism = z.enum(Object.keys(mechanisms) as [MechanismName, ...MechanismName[]])
export type Mechanism = MechanismName
