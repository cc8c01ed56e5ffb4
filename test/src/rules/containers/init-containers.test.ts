import { describe, expect, it } from 'vitest'
import { initContainers } from '#src/rules/containers/init-containers.ts'
import type { Container, ContainerStatus, KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import {
  ago,
  clusterView,
  container,
  crashLoop,
  deployment,
  pod,
  type SnapshotOptions,
  service,
  status,
  waiting,
} from '#test/helpers/build-cluster.ts'

const runs = (seconds: number): ContainerStatus =>
  status('wait', { ready: false, state: { running: { startedAt: ago(seconds) } } })
function judge(
  line: string,
  found: ContainerStatus = runs(240),
  extra: KubernetesObject[] = [],
  options: SnapshotOptions = {},
  more: Partial<Container> = {},
) {
  const init = container('wait', { command: ['sh', '-c', line], ...more })
  const objects = deployment('api', [container('api')], {
    spec: { initContainers: [init] },
    statuses: [waiting('api', 'PodInitializing')],
    initStatuses: [found],
    podStatus: {
      phase: 'Pending',
      containerStatuses: [waiting('api', 'PodInitializing')],
      initContainerStatuses: [found],
    },
  })
  return initContainers.find(clusterView([...objects, ...extra], options))
}
const mechanismsOf = (findings: { mechanism: string }[]): string[] => findings.map(({ mechanism }) => mechanism)

describe('src/rules/containers/init-containers', () => {
  it.each([
    'until nc -z -w 2 queue 5672; do sleep 5; done',
    'while ! nc -zv queue 5672; do sleep 1; done',
    'until nslookup queue.shop.svc.cluster.local; do sleep 2; done',
    'until getent hosts queue; do sleep 2; done',
    'until curl -sf http://queue:15672/health; do sleep 2; done',
    'wait-for-it queue:5672 -t 0',
    'dockerize -wait tcp://queue:5672 -timeout 3600s',
    'until pg_isready -h queue -p 5432; do sleep 1; done',
    'until (echo > /dev/tcp/queue/5672); do sleep 1; done',
  ])('names the Service that is waited for and does not exist: %s', (line) => {
    const findings = judge(line)
    expect(mechanismsOf(findings)).toEqual(['init_container_waiting', 'service_missing'])
    expect(findings[1]).toMatchObject({ resource: { kind: 'Deployment', name: 'api' }, container: 'wait' })
    expect(findings[1]?.statement).toContain('queue')
    expect(findings[1]?.remedies[0]).toMatchObject({ kind: 'custom_instruction', params: { change: 'create_service' } })
  })

  it('reads the host from the variable that holds it, and offers the near name there', () => {
    const env = [{ name: 'QUEUE_HOST', value: 'queeue' }]
    const [, missing] = judge(
      'until nc -z $QUEUE_HOST 5672; do sleep 1; done',
      runs(90),
      [service('queue')],
      {},
      { env },
    )
    expect(missing?.remedies[0]).toMatchObject({
      kind: 'set_env',
      params: { container: 'wait', name: 'QUEUE_HOST', value: 'queue' },
    })
  })

  it('blames the Service that exists and has no ready pod', () => {
    const down = pod('queue-0', [container('queue')], { statuses: [crashLoop('queue')] })
    const findings = judge('until nc -z queue 5672; do sleep 1; done', runs(240), [service('queue'), down])
    expect(mechanismsOf(findings)).toEqual(['init_container_waiting'])
    expect(findings[0]?.blames).toMatchObject([{ resource: { kind: 'Service', name: 'queue' } }])
  })

  it.each<[string, string, SnapshotOptions]>([
    ['services could not be listed', 'until nc -z queue 5672; do sleep 1; done', { unseen: ['Service'] }],
    ['the name lies outside the cluster', 'until curl https://api.example.com/health; do sleep 1; done', {}],
    ['it names an address', 'until nc -z 10.2.3.4 5672; do sleep 1; done', {}],
  ])('does not call a Service missing where %s', (_what, line, options) => {
    expect(mechanismsOf(judge(line, runs(240), [], options))).toEqual(['init_container_waiting'])
  })

  it.each<[string, ContainerStatus]>([
    ['has only begun', runs(20)],
    ['is done', status('wait', { ready: true, state: { terminated: { exitCode: 0, reason: 'Completed' } } })],
  ])('is silent about an init container that %s', (_what, found) => {
    expect(judge('until nc -z queue 5672; do sleep 1; done', found)).toEqual([])
  })

  it('tells an init container that fails, and leaves a sidecar that runs alone', () => {
    const [failed] = judge('migrate up', crashLoop('wait', 3))
    expect(failed).toMatchObject({ mechanism: 'init_container_failed', container: 'wait' })
    expect(failed?.statement).toContain('exit code 3')
    expect(judge('serve', runs(4000), [], {}, { restartPolicy: 'Always' })).toEqual([])
  })
})
