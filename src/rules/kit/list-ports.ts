import type { ContainerPort } from '#src/domain/kubernetes/objects.ts'

/** Declared ports of a container as people name them: `8080 (http), 9090`. */
export function listPorts(ports: readonly ContainerPort[]): string {
  return ports.map((port) => (port.name ? `${port.containerPort} (${port.name})` : `${port.containerPort}`)).join(', ')
}
