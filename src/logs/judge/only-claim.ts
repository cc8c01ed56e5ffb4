import { filePlace, type FilePlace } from './file-place.ts'
import type { Situation } from './situation.ts'

/** The claim that the container keeps its data on, where it mounts no other: what a program writes to by a relative path. */
export function onlyClaim(situation: Situation): FilePlace | undefined {
  const places = (situation.spec.volumeMounts ?? [])
    .map(({ mountPath }) => filePlace(situation, mountPath))
    .filter((place) => place?.definition?.persistentVolumeClaim)
  return places.length === 1 ? places[0] : undefined
}
