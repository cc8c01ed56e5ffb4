import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { EvidenceDraft } from '#src/domain/evidence.ts'
import { eventEvidence, objectEvidence } from '#src/domain/evidence-draft.ts'
import type { ConfigMap, Secret } from '#src/domain/kubernetes/cluster.ts'
import type { Pod } from '#src/domain/kubernetes/objects.ts'
import { type PodReference, podReferences } from '#src/domain/kubernetes/pod-references.ts'

/** Something that a pod needs and that is not there: an object, or one key of an object that is there. */
export interface MissingReference {
  reference: PodReference
  /** Only the key is missing; these are the ones that are there, where they may be seen. */
  keys?: string[]
  evidence: EvidenceDraft
}

type Kind = PodReference['kind']

/** What the pods of one template lack: proved by the lists, or reported by the kubelet where a list was refused. */
export function missingReferences(view: ClusterView, pod: Pod): MissingReference[] {
  const needed = podReferences(pod.spec).filter((reference) => !reference.optional && reference.use !== 'pull')
  return needed.flatMap((reference): MissingReference[] => {
    const missing = isMissing(view, pod, reference) ?? reportedMissing(view, pod, reference)
    return missing ? [missing] : []
  })
}

function isMissing(view: ClusterView, pod: Pod, reference: PodReference): MissingReference | undefined {
  const { kind, name, key, via } = reference
  const namespace = kind === 'PriorityClass' ? undefined : pod.metadata.namespace
  const existence = view.existence(kind, namespace, name)
  if (existence === 'absent') {
    const where = namespace === undefined ? 'in the cluster' : `in namespace ${namespace}`
    return {
      reference,
      evidence: objectEvidence(
        view.snapshot,
        pod,
        '.spec',
        `${via} refers to ${kind} ${name}, which does not exist ${where}`,
      ),
    }
  }
  if (existence === 'unseen' || key === undefined) return undefined
  const keys = keysOf(view, kind, namespace, name)
  const object = view.find({ kind, namespace, name })
  if (keys === undefined || keys.includes(key) || !object) return undefined
  const has = keys.length > 0 ? keys.join(', ') : 'none'
  return {
    reference,
    keys,
    evidence: objectEvidence(
      view.snapshot,
      object,
      kind === 'Secret' ? '.keys' : '.data',
      `${kind} ${name} has no key ${key}; its keys: ${has}`,
    ),
  }
}

/** Names of the keys of a ConfigMap or Secret; undefined for other kinds. */
function keysOf(view: ClusterView, kind: Kind, namespace: string | undefined, name: string): string[] | undefined {
  if (kind !== 'ConfigMap' && kind !== 'Secret') return undefined
  const object = view.find({ kind, namespace, name })
  if (object?.kind === 'Secret') return (object as Secret).keys
  const { data, binaryData } = (object ?? {}) as Partial<ConfigMap>
  return [...Object.keys(data ?? {}), ...Object.keys(binaryData ?? {})]
}

/** The kubelet's and the scheduler's words, for lists that may not be read. */
function reportedMissing(view: ClusterView, pod: Pod, reference: PodReference): MissingReference | undefined {
  const { kind, name, key, field } = reference
  const namespace = pod.metadata.namespace
  if (view.existence(kind, kind === 'PriorityClass' ? undefined : namespace, name) === 'absent') return undefined
  const lower = kind.toLowerCase()
  const patterns: { text: RegExp; ofKey: boolean }[] = [
    {
      text: new RegExp(
        `\\b${lower}s? \\\\?"(?:${RegExp.escape(namespace ?? '')}/)?${RegExp.escape(name)}\\\\?" not found`,
        'i',
      ),
      ofKey: false,
    },
  ]
  if (key !== undefined) {
    patterns.push({
      text: new RegExp(
        `couldn't find key ${RegExp.escape(key)} in ${kind} ${RegExp.escape(namespace ?? '')}/${RegExp.escape(name)}(?![\\w.-])`,
      ),
      ofKey: true,
    })
    const volume = `volume \\\\?"${RegExp.escape(field ?? '')}\\\\?".*references non-existent (?:config|secret) key: ${RegExp.escape(key)}(?![\\w.-])`
    if (reference.use === 'volume') patterns.push({ text: new RegExp(volume), ofKey: true })
  }
  for (const { text, ofKey } of patterns) {
    const reported = wordsAbout(view, pod).find((words) => text.test(words.text))
    // A list that was seen to hold the object says more than an event from before it was made.
    if (reported && (ofKey || view.existence(kind, namespace, name) === 'unseen') && !hasKeyNow(view, pod, reference)) {
      return { reference, ...(ofKey ? { keys: [] } : {}), evidence: reported.evidence }
    }
  }
  return undefined
}

function hasKeyNow(view: ClusterView, pod: Pod, { kind, name, key }: PodReference): boolean {
  const namespace = pod.metadata.namespace
  if (key === undefined || view.existence(kind, namespace, name) !== 'present') return false
  return keysOf(view, kind, namespace, name)?.includes(key) ?? false
}

function wordsAbout(view: ClusterView, pod: Pod): { text: string; evidence: EvidenceDraft }[] {
  const lists = ['initContainerStatuses', 'containerStatuses'] as const
  const waiting = lists.flatMap((list) =>
    (pod.status?.[list] ?? []).flatMap((status, index) => {
      const text = status.state?.waiting?.message
      return text
        ? [
            {
              text,
              evidence: objectEvidence(
                view.snapshot,
                pod,
                `.status.${list}[${index}].state.waiting.message`,
                text,
                'workload_text',
              ),
            },
          ]
        : []
    }),
  )
  const events = view.eventsOf(pod).filter((event) => event.type === 'Warning')
  return [...waiting, ...events.map((event) => ({ text: event.message, evidence: eventEvidence(event) }))]
}
