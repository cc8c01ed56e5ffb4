import { describe, expect, it } from 'vitest'
import { portConflicts } from '#src/rules/containers/port-conflicts.ts'
import type { ContainerStatus } from '#src/domain/kubernetes/objects.ts'
import { clusterView, container, crashLoop, deployment, status } from '#test/helpers/build-cluster.ts'

const judge = (found: ContainerStatus, port: number) => {
  const containers = [
    container('main', { ports: [{ containerPort: 8080 }] }),
    container('side', { ports: [{ containerPort: port }] }),
  ]
  return portConflicts.find(clusterView(deployment('web', containers, { statuses: [status('main'), found] })))
}

describe('src/rules/containers/port-conflicts', () => {
  it('tells two containers that declare one port, where one dies', () => {
    const [finding, ...rest] = judge(crashLoop('side'), 8080)
    expect(rest).toEqual([])
    expect(finding).toMatchObject({ mechanism: 'port_conflict', container: 'side' })
    expect(finding?.statement).toContain('8080')
  })

  it.each<[string, ContainerStatus, number]>([
    ['both live', status('side'), 8080],
    ['the ports differ', crashLoop('side'), 9090],
    ['it died of memory', crashLoop('side', 137, 'OOMKilled'), 8080],
  ])('is silent where %s', (_what, found, port) => {
    expect(judge(found, port)).toEqual([])
  })
})
