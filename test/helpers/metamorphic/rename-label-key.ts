import type { Recording, Retold } from './recording.ts'

/** Workloads, selectors and pods are labelled with `app` where they bore `app.kubernetes.io/name`. */
export function renameLabelKey(recording: Recording): Retold {
  const text = JSON.stringify(recording).replaceAll('app.kubernetes.io/name', 'app')
  return { recording: JSON.parse(text) as Recording }
}
