import type { ContainerPort } from '#src/domain/kubernetes/objects.ts'

/** One end of a path: a pod as the policies see it. */
export interface End {
  namespace: string
  labels?: Record<string, string>
  ports?: ContainerPort[]
}

/** Which way a policy isolates. */
export type Direction = 'Ingress' | 'Egress'
