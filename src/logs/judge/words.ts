import type { Situation } from './situation.ts'

/** `container api of Deployment shop`; for a StatefulSet with the pod's name, because its ordinal matters. */
export function subjectOf({ spec, pod, workload, init }: Situation): string {
  const container = `${init ? 'init container' : 'container'} ${spec.name}`
  if (workload.kind === 'Pod') return `${container} of Pod ${pod.metadata.name}`
  const owner = `${workload.kind} ${workload.name}`
  return workload.kind === 'StatefulSet'
    ? `${container} of ${pod.metadata.name} (${owner})`
    : `${container} of ${owner}`
}

/** `container api of Deployment shop (parcel-api:8.4.0)`. */
export function subjectWithImage(situation: Situation): string {
  return `${subjectOf(situation)} (${imageOf(situation)})`
}

/** The text with its first letter in upper case. */
export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Text of a log on one line, cut to `limit` characters, without the password of a URL. */
export function quote(text: string, limit = 150): string {
  const plain = text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/(\w:\/\/[^\s:@/]*):[^\s@/]+@/g, '$1:…@')
    .trim()
  return plain.length <= limit ? plain : `${plain.slice(0, limit - 1)}…`
}

/** `parcel-api:8.4.0` of a whole image reference. */
export function imageOf({ spec }: Situation): string {
  return (
    (spec.image ?? '')
      .split('/')
      .at(-1)
      ?.replace(/@sha256:.*/, '') ?? ''
  )
}
