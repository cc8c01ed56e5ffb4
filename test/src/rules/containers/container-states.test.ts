import { describe, expect, it } from 'vitest'
import { containerStates } from '#src/rules/containers/container-states.ts'
import type { ContainerStatus } from '#src/domain/kubernetes/objects.ts'
import {
  ago,
  clusterView,
  container,
  crashLoop,
  deployment,
  ended,
  pod,
  replicaSet,
  service,
  status,
  waiting,
  workload,
} from '#test/helpers/build-cluster.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

const judge = (statuses: ContainerStatus[], containers = [container('api')]) =>
  containerStates.find(clusterView(deployment('web', containers, { statuses })))

describe('src/rules/containers/container-states', () => {
  it.each<[string, ContainerStatus]>([
    ['CrashLoopBackOff', crashLoop('api')],
    ['a terminated state', status('api', { ready: false, restartCount: 4, state: ended(1), lastState: ended(1) })],
    [
      'a container that runs for a moment',
      status('api', {
        restartCount: 6,
        state: { running: { startedAt: ago(8) } },
        lastState: ended(1, 'Error', 20, 12),
      }),
    ],
    ['exit 0 of a program meant to stay', crashLoop('api', 0, 'Completed')],
  ])('tells a crash loop that shows as %s', (_face, found) => {
    const [finding, ...rest] = judge([found])
    expect(rest).toEqual([])
    expect(finding).toMatchObject({
      mechanism: 'container_crash',
      container: 'api',
      resource: { kind: 'Deployment', name: 'web' },
    })
  })

  it.each([
    [1, 'Error', 'error'],
    [2, 'Error', 'usage error'],
    [126, 'Error', 'cannot be executed'],
    [127, 'Error', 'command not found'],
    [134, 'Error', 'SIGABRT'],
    [137, 'Error', 'SIGKILL'],
    [137, 'OOMKilled', 'OOMKilled'],
    [139, 'Error', 'segmentation fault'],
    [143, 'Error', 'SIGTERM'],
    [255, 'Error', 'status -1'],
  ])('reads exit code %i (%s) for people', (code, reason, words) => {
    const [found] = judge([crashLoop('api', code, reason)])
    expect(missingFacts(found?.statement, `exit code ${code}`, words)).toEqual([])
  })

  it.each<[string, ContainerStatus]>([
    ['ready without restarts', status('api')],
    [
      'restarted while its database was missing and ready since',
      status('api', {
        restartCount: 3,
        state: { running: { startedAt: ago(360) } },
        lastState: ended(1, 'Error', 380, 8),
      }),
    ],
    [
      'restarted a day ago',
      status('api', {
        restartCount: 9,
        ready: true,
        state: { running: { startedAt: ago(86_000) } },
        lastState: ended(1, 'Error', 86_010),
      }),
    ],
    ['just starting', waiting('api', 'ContainerCreating')],
  ])('is silent about a container that is %s', (_what, found) => {
    const fresh = { status: { phase: 'Running', startTime: ago(20), containerStatuses: [found] } }
    expect(containerStates.find(clusterView([pod('web-1', [container('api')], fresh)]))).toEqual([])
  })

  it('is silent about completed jobs and about what a finished pod leaves behind', () => {
    const done = status('api', { ready: false, state: ended(0, 'Completed') })
    const objects = workload('Job', 'report', [container('api')], {
      statuses: [done],
      podStatus: { phase: 'Succeeded' },
      spec: { restartPolicy: 'Never' },
    })
    expect(containerStates.find(clusterView(objects))).toEqual([])
  })

  it('says one thing about many pods, and names the sidecar that fails beside a healthy main container', () => {
    const containers = [container('main'), container('agent')]
    const objects = deployment('web', containers, { replicas: 7, statuses: [status('main'), crashLoop('agent')] })
    const findings = containerStates.find(clusterView([...objects, service('web')]))
    expect(findings).toHaveLength(1)
    expect(findings[0]).toMatchObject({ container: 'agent', severity: 'critical' })
    expect(findings[0]?.affects).toHaveLength(7)
    expect(findings[0]?.evidence.length).toBeLessThanOrEqual(6)
  })

  it.each(['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError', 'PostStartHookError'])(
    'passes on the words of %s',
    (reason) => {
      const finding = judge([waiting('api', reason, 'the runtime said why')])[0]
      expect(finding?.mechanism).toBe('container_create_failed')
      expect(finding?.statement).toContain('the runtime said why')
    },
  )

  it('tells a container that runs and never gets ready', () => {
    const unready = status('api', { ready: false, state: { running: { startedAt: ago(200) } } })
    expect(judge([unready])[0]?.mechanism).toBe('container_not_ready')
  })

  it.each(['StatefulSet', 'DaemonSet', 'Job'] as const)('names the %s as what to look at', (kind) => {
    const objects = workload(kind, 'thing', [container('api')], { statuses: [crashLoop('api')] })
    expect(containerStates.find(clusterView(objects))[0]?.resource).toMatchObject({ kind, name: 'thing' })
  })

  it('offers the revision that serves before it asks people', () => {
    const objects = deployment('web', [container('api')], { statuses: [crashLoop('api')], revision: 2 })
    const owner = objects.at(-1)
    const kinds = (ready: number) =>
      containerStates
        .find(
          clusterView([
            ...objects,
            ...(owner ? [replicaSet(owner, 1, [container('api', { image: 'a:0' })], { ready })] : []),
          ]),
        )[0]
        ?.remedies.map(({ kind }) => kind)
    expect(kinds(2)).toEqual(['rollback', 'escalate'])
    expect(kinds(0)).toEqual(['escalate'])
  })

  const dies = (restarts: number, lived: number, up: number, message?: string) =>
    status('api', {
      restartCount: restarts,
      state: { running: { startedAt: ago(up) } },
      lastState: {
        terminated: {
          exitCode: 1,
          reason: 'Error',
          startedAt: ago(up + lived),
          finishedAt: ago(up),
          ...(message === undefined ? {} : { message }),
        },
      },
    })
  const aged = (hours: number, one: ContainerStatus) =>
    containerStates.find(
      clusterView(
        deployment('web', [container('api')], { statuses: [one], podMeta: { creationTimestamp: ago(hours * 3600) } }),
      ),
    )
  it.each<[string, ReturnType<typeof aged>, boolean]>([
    ['dies every half hour and is up in between', aged(6, dies(12, 1750, 900)), true],
    ['has clearly outlived its runs', aged(6, dies(12, 1750, 3600)), false],
    ['died often while it started and has been up since', aged(6, dies(9, 40, 1200)), false],
    ['died twice in a day', aged(24, dies(2, 1750, 900)), false],
    ['died long runs apart', aged(96, dies(5, 70_000, 900)), false],
  ])('tells a container that %s', (_, found, expected) => {
    expect(found.map(({ mechanism }) => mechanism)).toEqual(expected ? ['container_crash'] : [])
    const facts = expected ? ['12 restarts', '2 per hour', '15m', '29m'] : []
    expect(missingFacts(found[0]?.statement, ...facts)).toEqual([])
  })

  it('quotes the line of the termination message that tells most, as words of the workload', () => {
    const message = 'starting\nfatal: listener refused: quota of licences is used up\nat main.go:12\n'
    const [found] = aged(1, dies(4, 3, 20, message))
    expect(found?.statement).toContain('"fatal: listener refused: quota of licences is used up"')
    expect(found?.evidence.map(({ trust }) => trust)).toContain('workload_text')
    expect(aged(1, dies(4, 3, 20)).map(({ statement }) => statement.includes('"'))).toEqual([false])
  })
})
