import type { Situation } from './situation.ts'

const statementLimit = 300

/** Words for statements: who is meant, what a log said, and the limit that a statement has. */
export const words = {
  /** `container api of Deployment shop`; a stateful set's pod is named, for its ordinal matters. */
  subject({ spec, pod, workload, init }: Situation): string {
    const container = `${init ? 'init container' : 'container'} ${spec.name}`
    if (workload.kind === 'Pod') return `${container} of Pod ${pod.metadata.name}`
    const owner = `${workload.kind} ${workload.name}`
    return workload.kind === 'StatefulSet'
      ? `${container} of ${pod.metadata.name} (${owner})`
      : `${container} of ${owner}`
  },
  /** A sentence begins with a capital. */
  capital: (text: string): string => text.charAt(0).toUpperCase() + text.slice(1),
  /** The decisive part of what was said, on one line. */
  quote(said: string, limit = 150): string {
    const plain = said
      .replaceAll(/\s+/g, ' ')
      .replaceAll(/(\w:\/\/[^\s:@/]*):[^\s@/]+@/g, '$1:…@')
      .trim()
    return plain.length <= limit ? plain : `${plain.slice(0, limit - 1)}…`
  },
  /** The sentence, cut to what a statement may hold. */
  statement(text: string): string {
    const plain = text.replaceAll(/\s+/g, ' ').trim()
    return plain.length <= statementLimit ? plain : `${plain.slice(0, statementLimit - 1)}…`
  },
  /** `parcel-api:8.4.0` of a whole image reference. */
  image({ spec }: Situation): string {
    return (
      (spec.image ?? '')
        .split('/')
        .at(-1)
        ?.replace(/@sha256:.*/, '') ?? ''
    )
  },
} as const
