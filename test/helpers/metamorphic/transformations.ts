import { addChatter } from './add-chatter.ts'
import { addInitContainer } from './add-init-container.ts'
import { addIdleObjects } from './add-idle-objects.ts'
import { moveRegistry } from './move-registry.ts'
import { renameLabelKey } from './rename-label-key.ts'
import { addCompletedJob } from './add-completed-job.ts'
import { addHealthyWorkload } from './add-healthy-workload.ts'
import { addSidecar } from './add-sidecar.ts'
import { changeKind } from './change-kind.ts'
import { cutPodNames } from './cut-pod-names.ts'
import { doubleReplicas } from './double-replicas.ts'
import { floodEvents } from './flood-events.ts'
import { inTurn } from './in-turn.ts'
import { moveClock } from './move-clock.ts'
import type { Transformation } from './recording.ts'
import { recallGonePods } from './recall-gone-pods.ts'
import { renameAsPrefixes } from './rename-as-prefixes.ts'
import { renameContainers } from './rename-containers.ts'
import { renameNamespace } from './rename-namespace.ts'
import { renameNodes } from './rename-nodes.ts'
import { renameStems } from './rename-stems.ts'
import { reorder } from './reorder.ts'
import { reverseContainers } from './reverse-containers.ts'
import { rewordLogs } from './reword-logs.ts'
import { shuffle } from './shuffle.ts'
import { tellEventsAnew } from './tell-events-anew.ts'

const long = 'a-name-that-goes-on-for-longer-than-liked'

/** Names that a careless pattern would take for what a report says. */
const words = ['failed', 'error', 'pod', 'container', 'secret', 'image', 'default', 'ready']

/** Every way of telling an incident anew that must leave its verdict where it was. */
export const transformations: Record<string, Transformation> = {
  'names with digits': (recording) => renameStems(recording, (_stem, index) => `x${index}-2026-0`),
  'very long names': (recording) => {
    const { recording: retold, image } = renameStems(recording, (_stem, index) => `${long}-${index}`)
    return { recording: cutPodNames(retold), image }
  },
  'very short names': (recording) => renameStems(recording, (_stem, index) => 'qzjk'[index] ?? `q${index}`),
  'names that begin with each other': renameAsPrefixes,
  'other node names': renameNodes,
  'other container names': (recording) => renameContainers(recording, (index) => `c-${index}x`),
  'containers named like words of reports': (recording) =>
    renameContainers(recording, (index) => words[index] ?? `w${index}`),
  'names that are words of reports': (recording) =>
    renameStems(recording, (_stem, index) => words[index] ?? `w${index}`),
  'an init container that ended': (recording) => addInitContainer(recording, 'ended'),
  'a sidecar among init containers': (recording) => addInitContainer(recording, 'running'),
  'lists backwards': (recording) => reorder(recording, (list) => list.toReversed()),
  'shuffled lists': (recording) => reorder(recording, shuffle(7)),
  'lists shuffled again': (recording) => reorder(recording, shuffle(4711)),
  'containers backwards': reverseContainers,
  'a sidecar first': (recording) => addSidecar(recording, 'first'),
  'a sidecar last': (recording) => addSidecar(recording, 'last'),
  'twice the replicas': doubleReplicas,
  'events as a series': (recording) => tellEventsAnew(recording, 'series'),
  'events with eventTime alone': (recording) => tellEventsAnew(recording, 'event_time_only'),
  'events with deprecated fields': (recording) => tellEventsAnew(recording, 'deprecated'),
  'events without uids': (recording) => tellEventsAnew(recording, 'nameless'),
  'a flood of harmless events': floodEvents,
  'a healthy workload beside': addHealthyWorkload,
  'a completed job beside': addCompletedJob,
  'StatefulSets for Deployments': (recording) => changeKind(recording, 'StatefulSet'),
  'DaemonSets for Deployments': (recording) => changeKind(recording, 'DaemonSet'),
  'another year': (recording) => moveClock(recording, 400 * 86_400 + 3_601),
  'logs with CRLF': (recording) => rewordLogs(recording, 'crlf'),
  'logs as klog': (recording) => rewordLogs(recording, 'klog'),
  'logs in colours': (recording) => rewordLogs(recording, 'colours'),
  'logs as logfmt': (recording) => rewordLogs(recording, 'logfmt'),
  'logs that chatter': addChatter,
  'another label key': renameLabelKey,
  'another registry': moveRegistry,
  'idle objects beside': addIdleObjects,
  'logs as JSON': (recording) => rewordLogs(recording, 'json'),
  'warnings of a pod that is gone': recallGonePods,
  'logs without stamps': (recording) => rewordLogs(recording, 'bare'),
  'logs in the words of a cloud': (recording) => rewordLogs(recording, 'cloud'),
  'namespaces called default': renameNamespace,
  'everything at once': inTurn(
    (recording) => renameStems(recording, (_stem, index) => `x${index}-2026-0`),
    (recording) => renameContainers(recording, (index) => `c-${index}x`),
    renameNodes,
    (recording) => addSidecar(recording, 'first'),
    doubleReplicas,
    floodEvents,
    addCompletedJob,
    (recording) => reorder(recording, shuffle(7)),
    (recording) => tellEventsAnew(recording, 'series'),
    (recording) => rewordLogs(recording, 'json'),
    (recording) => moveClock(recording, 86_400),
  ),
}
