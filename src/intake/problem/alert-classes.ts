/*
 * Names of alert rules as monitoring mixins, rule collections and people write them, by the kind of trouble. Names are compared
 * as lower-case letters and digits without separators; the first pattern that fits counts.
 */
export const alertClasses: ReadonlyArray<readonly [pattern: RegExp, problem: string]> = [
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
