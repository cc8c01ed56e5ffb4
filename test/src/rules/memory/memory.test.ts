import { describe, expect, it } from 'vitest'
import { memory } from '#src/rules/memory/memory.ts'
import type { Container, ContainerStatus, KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import { parseQuantity } from '#src/domain/kubernetes/quantity.ts'
import {
  ago,
  clusterView,
  container,
  crashLoop,
  deployment,
  ended,
  replicaSet,
  status,
  waiting,
} from '#test/helpers/build-cluster.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

const spec = (more: Partial<Container> = {}, limit = '256Mi'): Container =>
  container('app', { resources: { limits: { memory: limit }, requests: { memory: '128Mi' } }, ...more })
const killed = crashLoop('app', 137, 'OOMKilled')
const judge = (one: Container, statuses: ContainerStatus[] = [killed]) =>
  memory.find(clusterView(deployment('svc', [container('side'), one], { statuses: [status('side'), ...statuses] })))
const running = (seconds: number, restartCount: number): ContainerStatus =>
  status('app', {
    restartCount,
    state: { running: { startedAt: ago(seconds) } },
    lastState: ended(137, 'OOMKilled', seconds + 1, 60),
  })

describe('src/rules/memory/memory', () => {
  it('names limit, exit code and container, and proposes more than the limit', () => {
    const [finding] = judge(spec())
    expect(finding).toMatchObject({ mechanism: 'oom_killed', container: 'app' })
    expect(missingFacts(finding?.statement, 'OOMKilled', 137, '256Mi')).toEqual([])
    expect(finding?.remedies[0]).toMatchObject({
      kind: 'patch_resources',
      params: { container: 'app', limits: { memory: '512Mi' } },
    })
  })

  it.each(['64Mi', '128Mi', '100M', '1Gi', '1536Mi', '134217728'])(
    'never proposes %s or less where that is the limit',
    (limit) => {
      const [remedy] = judge(spec({}, limit))[0]?.remedies ?? []
      const proposed = remedy?.kind === 'patch_resources' ? remedy.params.limits?.['memory'] : undefined
      expect(parseQuantity(proposed)).toBeGreaterThan(parseQuantity(limit) ?? 0)
    },
  )

  it.each<[string, ContainerStatus, number]>([
    ['was killed minutes ago and runs again', running(180, 1), 1],
    ['was killed once, days ago', running(200_000, 1), 0],
    ['is killed now', status('app', { ready: false, restartCount: 0, state: ended(137, 'OOMKilled') }), 1],
    ['was killed by something else', crashLoop('app', 137), 0],
  ])('judges a container that %s', (_what, found, count) => {
    expect(judge(spec(), [found])).toHaveLength(count)
  })

  it('asks rather than raises where there is no limit', () => {
    const [finding] = judge(container('app'))
    expect(finding?.remedies.map(({ kind }) => kind)).toEqual(['escalate'])
  })

  it('goes back only to a revision that serves', () => {
    const objects = deployment('svc', [spec()], { statuses: [killed], revision: 2 })
    const owner = objects.at(-1) as KubernetesObject
    const before = [spec({ image: 'registry.test/team/app:0.9' })]
    const first = (ready: number) =>
      memory.find(clusterView([...objects, replicaSet(owner, 1, before, { ready })]))[0]?.remedies[0]?.kind
    expect(first(1)).toBe('rollback')
    expect(first(0)).toBe('patch_resources')
  })

  it.each([
    ['JAVA_TOOL_OPTIONS', '-Xms64m -Xmx512m -XX:+UseG1GC', '-Xmx512m', '-Xms64m -Xmx192m -XX:+UseG1GC'],
    ['JAVA_OPTS', '-Xms512m -Xmx1g', '-Xmx1g', '-Xms192m -Xmx192m'],
    ['_JAVA_OPTIONS', '-XX:MaxRAMPercentage=95.0', '-XX:MaxRAMPercentage=95.0', '-XX:MaxRAMPercentage=75.0'],
    [
      'NODE_OPTIONS',
      '--max-old-space-size=1024 --trace-warnings',
      '--max-old-space-size=1024',
      '--max-old-space-size=192 --trace-warnings',
    ],
    ['GOMEMLIMIT', '1GiB', 'GOMEMLIMIT=1GiB', '192MiB'],
    ['PHP_MEMORY_LIMIT', '512M', 'PHP_MEMORY_LIMIT=512M', '192M'],
  ])('finds the heap option of %s and fits it to the limit', (name, value, option, fitted) => {
    const finding = judge(spec({ env: [{ name, value }] })).find(({ mechanism }) => mechanism === 'heap_over_limit')
    expect(missingFacts(finding?.statement, option, name, '256Mi', 'OOMKilled')).toEqual([])
    expect(finding?.remedies[0]).toMatchObject({ kind: 'set_env', params: { container: 'app', name, value: fitted } })
  })

  it('gives the heap and a quarter more as the second choice, and never less from the kill itself', () => {
    const findings = judge(spec({ env: [{ name: 'JAVA_OPTS', value: '-Xmx512m' }] }))
    const limits = findings.flatMap(({ remedies }) => remedies).filter(({ kind }) => kind === 'patch_resources')
    expect(limits.map(({ params }) => params)).toEqual([
      { container: 'app', limits: { memory: '640Mi' } },
      { container: 'app', limits: { memory: '640Mi' } },
    ])
  })

  it('reads the option from the arguments and keeps the others', () => {
    const finding = judge(spec({ command: ['java'], args: ['-Xmx512m', '-jar', 'app.jar'] })).find(
      ({ mechanism }) => mechanism === 'heap_over_limit',
    )
    expect(finding?.remedies[0]).toMatchObject({
      kind: 'set_command',
      params: { args: ['-Xmx192m', '-jar', 'app.jar'] },
    })
  })

  it.each([
    ['a heap that fits', '-Xmx160m', [killed]],
    ['a container that is not killed', '-Xmx512m', [status('app')]],
  ])('is silent about the heap of %s', (_what, value, statuses) => {
    const findings = judge(spec({ env: [{ name: 'JAVA_OPTS', value }] }), statuses)
    expect(findings.filter(({ mechanism }) => mechanism === 'heap_over_limit')).toEqual([])
  })

  it('tells a limit at which the container dies before it begins', () => {
    const message = 'OCI runtime create failed: container init was OOM-killed (memory limit too low?): unknown'
    const [finding] = judge(spec({}, '5Mi'), [waiting('app', 'RunContainerError', message)])
    expect(finding).toMatchObject({ mechanism: 'oom_killed' })
    expect(finding?.statement).toContain('5Mi')
  })
})
