import type { MechanismNotes } from './mechanism-note.ts'

/** Pods that no node takes. Nodes are held against the pod template one by one; the scheduler's words are the last resort. */
export const schedulingNotes = {
  missing_priority_class: {
    detected: 'A workload has no pods, and its template names a priority class that is proved absent or not found.',
    from: ['.spec.template.spec.priorityClassName', 'the list of PriorityClasses', 'event `FailedCreate`'],
    suggests: ['rollback', 'custom_instruction', 'escalate'],
    limits: 'Which class was meant is not known.',
  },
  unschedulable: {
    detected: 'The scheduler says that no node takes the pod, or no scheduler has looked at a pod for half a minute.',
    from: ['.status.conditions[type=PodScheduled]', 'event `FailedScheduling`', '.spec.schedulerName'],
    suggests: ['custom_instruction'],
    limits: 'A change is proposed only where the named scheduler does not answer; else by the cause beside it.',
  },
  insufficient_resources: {
    detected: 'Every node that the pod may use lacks something that it requests.',
    from: [
      '.spec.containers[].resources.requests',
      'Node `.status.allocatable`',
      'requests of the pods on each node',
      'event `FailedScheduling`: `Insufficient ...`',
    ],
    suggests: ['rollback', 'patch_resources', 'custom_instruction'],
    limits:
      'Pods of namespaces that may not be read are missing in the sum: then only the scheduler says so. A smaller request is proposed only where the pod would fit no node even when empty.',
  },
  node_selector_mismatch: {
    detected:
      'No node bears the labels of the node selector; for a daemon set, none does and it therefore wants no pod at all.',
    from: ['.spec.nodeSelector', 'Node `.metadata.labels`', 'DaemonSet `.status.desiredNumberScheduled`'],
    suggests: ['rollback', 'patch_scheduling', 'custom_instruction'],
    limits: 'A daemon set for hardware that is not there may be meant so; it is told with low severity.',
  },
  node_affinity_mismatch: {
    detected: 'No node satisfies the required node affinity.',
    from: ['.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution', 'Node `.metadata.labels`'],
    suggests: ['rollback', 'custom_instruction'],
  },
  untolerated_taint: {
    detected: 'All nodes that would fit bear a taint that the pod does not tolerate.',
    from: ['Node `.spec.taints`', '.spec.tolerations', '.spec.nodeSelector and required node affinity'],
    suggests: ['rollback', 'patch_scheduling', 'custom_instruction'],
    limits:
      'A toleration is proposed only where the pod itself asks for the reserved node. Taints are never taken away. Taints of a sick node blame the node instead.',
  },
  pod_affinity_unsatisfiable: {
    detected: 'A required pod affinity or anti-affinity term can be met on no open node.',
    from: [
      '.spec.affinity.podAffinity and podAntiAffinity',
      'labels of the pods on each node',
      'topology labels of nodes',
    ],
    suggests: ['rollback', 'scale', 'custom_instruction'],
    limits: 'Pods of namespaces that may not be read do not count; namespace selectors of a term are not judged.',
  },
  topology_spread_unsatisfiable: {
    detected: 'A topology spread constraint with DoNotSchedule can be met on no open node.',
    from: ['.spec.topologySpreadConstraints', 'pods per topology domain', 'Node `.spec.taints`'],
    suggests: ['rollback', 'patch_scheduling', 'custom_instruction'],
  },
  host_port_conflict: {
    detected: 'Every open node has already given away the host port that the pod wants.',
    from: ['.spec.containers[].ports[].hostPort', 'host ports of the pods on each node'],
    suggests: ['rollback', 'scale', 'custom_instruction'],
    limits: 'A process of the node itself that holds the port is not seen.',
  },
  node_cordoned: {
    detected: 'The only nodes that would take the pod are cordoned.',
    from: ['Node `.spec.unschedulable`'],
    suggests: ['rollback', 'uncordon', 'custom_instruction'],
    limits:
      'The node is the root where one node alone would take the pods, else the workload. Why a node was cordoned is not told: whoever did it is to be asked first.',
  },
  preempted: {
    detected: 'Pods of the workload were preempted within the last hour, and no node has room for the new ones.',
    from: ['event `Preempted`', '.spec.priorityClassName', 'the pod that took the place, where it may be read'],
    suggests: ['rollback', 'custom_instruction', 'patch_resources'],
    limits: 'Priorities are never changed.',
  },
  scheduling_gated: {
    detected: 'A scheduling gate has held a pod back for more than two minutes.',
    from: ['.spec.schedulingGates', '.status.conditions[type=PodScheduled] (SchedulingGated)'],
    suggests: ['escalate'],
    limits: 'The controller that set the gate is not looked for.',
  },
  daemonset_node_excluded: {
    detected:
      'A ready node gets no pod of a daemon set, and only a taint keeps it away: no selector, no required affinity and no sibling set does.',
    from: ['Node `.spec.taints`', 'DaemonSet `.spec.template.spec.tolerations`', 'nodes of the pods of the set'],
    suggests: ['patch_scheduling'],
    limits: 'It may be meant so. Control planes, virtual nodes and taints of the node controller are left out.',
  },
} as const satisfies MechanismNotes
