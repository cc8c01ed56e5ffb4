import type { MechanismNotes } from './mechanism-note.ts'

/** Nodes, and pods that suffer from them. */
export const nodeNotes = {
  node_not_ready: {
    detected: 'The condition Ready of a node is not True.',
    from: [
      'Node `.status.conditions[type=Ready]`',
      'event `NodeNotReady`',
      'Lease `.spec.renewTime` in kube-node-lease: since when, and which other nodes fell silent with it',
      'Ready condition of the pods on the node',
    ],
    suggests: ['escalate', 'cordon'],
    limits: 'The machine, its kubelet and its network are outside the picture. Forced deletion is never proposed.',
  },
  node_pressure: {
    detected: 'A node is ready and reports MemoryPressure, DiskPressure, PIDPressure or NetworkUnavailable.',
    from: ['Node `.status.conditions`', 'event `NodeHas...`', 'evicted pods of the node and what they used'],
    suggests: ['escalate', 'cordon'],
    limits:
      'The pod that was evicted is often, not always, the one that filled the node. Conditions of other makers are not judged.',
  },
  evicted_node_pressure: {
    detected: 'Pods were evicted or refused within the last 15 minutes because their node was short of something.',
    from: [
      'event `Evicted`: `The node was low on resource`, `The node had condition`',
      '.status.reason and .status.message of evicted pods',
    ],
    suggests: ['patch_resources', 'escalate'],
    limits:
      'Who used the resource up is not wholly told. A larger request is proposed only where the kubelet names a use above the request.',
  },
  node_heartbeat_stale: {
    detected: 'A node counts as ready and its kubelet has not reported for 15 minutes, while other nodes do.',
    from: [
      'Node `.status.conditions[type=Ready].lastHeartbeatTime`, of this node and the others',
      'Lease `.spec.renewTime` in kube-node-lease, of suspect nodes alone',
    ],
    suggests: ['escalate'],
    limits:
      'Where the lease may not be read, a kubelet that lives is not told from one that is down. With a single node there is nothing to compare with, and nothing is said.',
  },
  node_clock_skew: {
    detected:
      'A node reports a problem of its clock, or its heartbeat lies two minutes ahead while other nodes are in step.',
    from: [
      'Node `.status.conditions` (NTPProblem, ClockSkew, TimeSyncProblem)',
      'Node `.status.conditions[type=Ready].lastHeartbeatTime`, of this node and the others',
    ],
    suggests: ['escalate'],
    limits: 'A clock that is behind looks like silence. No clock is asked.',
  },
  api_unavailable: {
    detected:
      'The registration of an API that an autoscaler or the deletion of a namespace waits for says that it is not available.',
    from: [
      'APIService `.status.conditions[type=Available]` and `.spec.service`',
      'the messages of autoscalers and namespaces that name the API',
    ],
    suggests: ['escalate'],
    limits: 'The pods behind the API are not looked into.',
  },
} as const satisfies MechanismNotes
