import type { Pod } from '#src/domain/kubernetes/objects.ts'
import { mapStrings } from './map-strings.ts'
import type { Recording } from './recording.ts'

/** Adds a twin of a pod to a recording: its own name and uid, the same state, events, endpoints and logs. */
export function clonePod({ snapshot, logs, unstarted }: Recording, pod: Pod, number: number): Pod {
  const { name, uid } = pod.metadata
  const [twinName, twinUid] = [`${name.slice(0, -5)}tw${number}zz`, `${uid}-twin-${number}`]
  const map = (text: string): string => text.replaceAll(name, twinName).replaceAll(uid, twinUid)
  const twin = mapStrings(pod, map)
  snapshot.objects.Pod?.push(twin)
  const told = snapshot.events.filter(({ regarding }) => regarding.kind === 'Pod' && regarding.name === name)
  snapshot.events.push(...told.map((event) => ({ ...mapStrings(event, map), uid: `${event.uid}-twin-${number}` })))
  for (const slice of snapshot.objects.EndpointSlice ?? [])
    for (const endpoint of slice.endpoints?.filter(({ targetRef }) => targetRef?.uid === uid) ?? [])
      slice.endpoints?.push(mapStrings(endpoint, map))
  for (const [key, lines] of Object.entries(logs)) if (key.startsWith(`${name}__`)) logs[map(key)] = [...lines]
  unstarted.push(...unstarted.filter((key) => key.startsWith(`${name}__`)).map(map))
  return twin
}
