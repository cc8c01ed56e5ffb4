import { describe, expect, it } from 'vitest'
import { probes } from '#src/rules/probes/probes.ts'
import type { Container, ContainerStatus, KubernetesObject, Pod } from '#src/domain/kubernetes/objects.ts'
import {
  ago,
  clusterView,
  container,
  crashLoop,
  deployment,
  ended,
  event,
  replicaSet,
  service,
  status,
  workload,
} from '#test/helpers/build-cluster.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

const http = (port: number | string, path = '/ready') => ({ httpGet: { path, port } })
const spec = (more: Partial<Container>): Container =>
  container('api', { ports: [{ name: 'http', containerPort: 8080 }], ...more })
const unready = status('api', { ready: false, state: { running: { startedAt: ago(240) } } })
const refused = (port: number) => `dial tcp 10.0.0.7:${port}: connect: connection refused`

function judge(
  one: Container,
  message: string,
  statuses: ContainerStatus[] = [unready],
  more: { modern?: boolean; killing?: string; extra?: KubernetesObject[] } = {},
) {
  const objects = deployment('web', [one], { statuses })
  const [first] = objects as [KubernetesObject]
  const events = [
    event(first, 'Unhealthy', message, { on: 'api', modern: more.modern }),
    ...(more.killing
      ? [event(first, 'Killing', more.killing, { on: 'api', type: 'Normal', modern: more.modern })]
      : []),
  ]
  return probes.find(clusterView([...objects, ...(more.extra ?? [])], { events }))
}
const mechanismsOf = (findings: { mechanism: string }[]): string[] => findings.map(({ mechanism }) => mechanism)

describe('src/rules/probes/probes', () => {
  it.each([true, false])(
    'tells a readiness probe that asks a port nobody declares (newer event shape: %s)',
    (modern) => {
      const findings = judge(
        spec({ readinessProbe: http(8081) }),
        `Readiness probe failed: Get "http://10.0.0.7:8081/ready": ${refused(8081)}`,
        [unready],
        { modern },
      )
      expect(mechanismsOf(findings)).toEqual(['readiness_failing', 'probe_misconfigured'])
      expect(missingFacts(findings[1]?.statement, 'readiness', 8081, 8080)).toEqual([])
      expect(findings[1]?.remedies[0]).toMatchObject({
        kind: 'patch_probe',
        params: { container: 'api', probe: 'readiness', port: 8080 },
      })
    },
  )

  it('tells a port name that no port bears', () => {
    const findings = judge(
      spec({ readinessProbe: http('admin') }),
      'Readiness probe errored: strconv.Atoi: parsing "admin": invalid syntax',
    )
    expect(findings[1]).toMatchObject({ mechanism: 'probe_misconfigured' })
    expect(findings[1]?.statement).toContain('"admin"')
  })

  it('chooses the port by the Service where several are declared, and asks where nothing tells', () => {
    const two = spec({ readinessProbe: http(9999), ports: [{ containerPort: 8080 }, { containerPort: 9090 }] })
    const message = `Readiness probe failed: ${refused(9999)}`
    expect(judge(two, message)[1]?.remedies[0]?.needs?.[0]?.param).toBe('port')
    const extra = [service('web', { ports: [{ port: 80, targetPort: 9090 }] })]
    expect(judge(two, message, [unready], { extra })[1]?.remedies[0]?.params).toMatchObject({ port: 9090 })
  })

  it.each([
    ['404', 'HTTP probe failed with statuscode: 404', ['readiness_failing', 'probe_misconfigured']],
    ['503: that is the application', 'HTTP probe failed with statuscode: 503', ['readiness_failing']],
    [
      'a timeout: that may be a hang',
      'Get "http://10.0.0.7:8080/ready": context deadline exceeded',
      ['readiness_failing'],
    ],
    ['a refused port that is declared', refused(8080), ['readiness_failing']],
    [
      'the wrong scheme',
      'Get "https://10.0.0.7:8080/": http: server gave HTTP response to HTTPS client',
      ['readiness_failing', 'probe_misconfigured'],
    ],
  ])('judges %s', (_what, message, expected) => {
    expect(mechanismsOf(judge(spec({ readinessProbe: http(8080) }), `Readiness probe failed: ${message}`))).toEqual(
      expected,
    )
  })

  it('tells a check whose program the image lacks', () => {
    const one = spec({ readinessProbe: { exec: { command: ['pg_isredy'] } } })
    const [, fault] = judge(
      one,
      'Readiness probe errored: rpc error: OCI runtime exec failed: exec: "pg_isredy": executable file not found in $PATH: unknown',
    )
    expect(fault?.statement).toContain('"pg_isredy"')
  })

  it.each<[string, ContainerStatus]>([
    ['ready: one miss at its start is noise', status('api')],
    ['only just started', status('api', { ready: false, state: { running: { startedAt: ago(10) } } })],
    ['crash-looping: the port is closed because it is dead', crashLoop('api')],
  ])('is silent about the readiness of a container that is %s', (_what, found) => {
    expect(judge(spec({ readinessProbe: http(8080) }), `Readiness probe failed: ${refused(8080)}`, [found])).toEqual([])
  })

  it('tells a liveness probe that kills, also when the program ends well on SIGTERM', () => {
    const statuses = [crashLoop('api', 0, 'Completed')]
    const killing = 'Container api failed liveness probe, will be restarted'
    const findings = judge(
      spec({ livenessProbe: http(8080) }),
      'Liveness probe failed: Get "http://10.0.0.7:8080/": context deadline exceeded',
      statuses,
      { killing },
    )
    expect(mechanismsOf(findings)).toEqual(['liveness_killing'])
    expect(missingFacts(findings[0]?.statement, 'liveness', '5 restarts')).toEqual([])
  })

  it('tells a liveness probe that gives no time to start, and keeps the probe', () => {
    const probe = { ...http('http'), initialDelaySeconds: 5, periodSeconds: 5, failureThreshold: 3 }
    const found = { ...crashLoop('api', 137), lastState: ended(137, 'Error', 20, 18) }
    const killing = 'Container api failed liveness probe, will be restarted'
    const findings = judge(spec({ livenessProbe: probe }), `Liveness probe failed: ${refused(8080)}`, [found], {
      killing,
    })
    expect(mechanismsOf(findings)).toEqual(['liveness_killing', 'liveness_too_aggressive'])
    expect(findings[1]?.remedies[0]).toMatchObject({ kind: 'patch_probe', params: { probe: 'startup', add: true } })
    expect(findings.flatMap(({ remedies }) => remedies).some(({ params }) => 'remove' in params)).toBe(false)
  })

  it('is silent about a liveness kill that is long over', () => {
    const found = status('api', {
      restartCount: 1,
      state: { running: { startedAt: ago(7000) } },
      lastState: ended(137, 'Error', 7001),
    })
    const objects = deployment('web', [spec({ livenessProbe: http(8080) })], { statuses: [found] })
    const events = [
      event(objects[0] as KubernetesObject, 'Unhealthy', `Liveness probe failed: ${refused(8080)}`, {
        on: 'api',
        last_seen: ago(7000),
      }),
    ]
    expect(probes.find(clusterView(objects, { events }))).toEqual([])
  })

  it('tells a startup probe that never succeeds', () => {
    const found = status('api', { ready: false, started: false, state: { running: { startedAt: ago(100) } } })
    const findings = judge(spec({ startupProbe: http(8080) }), `Startup probe failed: ${refused(8080)}`, [found])
    expect(mechanismsOf(findings)).toEqual(['startup_probe_failing'])
  })

  it('goes back first where only the newer revision asks the wrong port', () => {
    const objects = deployment('web', [spec({ readinessProbe: http(8081) })], { statuses: [unready], revision: 2 })
    const before = replicaSet(objects.at(-1) as KubernetesObject, 1, [spec({ readinessProbe: http(8080) })], {
      ready: 2,
    })
    const events = [
      event(objects[0] as KubernetesObject, 'Unhealthy', `Readiness probe failed: ${refused(8081)}`, { on: 'api' }),
    ]
    const kinds = probes.find(clusterView([...objects, before], { events }))[1]?.remedies.map(({ kind }) => kind)
    expect(kinds).toEqual(['rollback', 'patch_probe'])
  })

  it('takes the path that the other probe asks with success', () => {
    const one = spec({ readinessProbe: http(8080, '/readyz'), livenessProbe: http(8080, '/healthz') })
    const [, fault] = judge(one, 'Readiness probe failed: HTTP probe failed with statuscode: 404')
    expect(missingFacts(fault?.statement, '/readyz', 404)).toEqual([])
    expect(fault?.remedies[0]).toMatchObject({ kind: 'patch_probe', params: { probe: 'readiness', path: '/healthz' } })
  })

  it('says the number behind a port name', () => {
    const [symptom] = judge(
      spec({ readinessProbe: http('http') }),
      'Readiness probe failed: HTTP probe failed with statuscode: 500',
    )
    expect(missingFacts(symptom?.statement, 8080, 'http')).toEqual([])
  })

  it.each([
    ['names the pod where a single ordinal of a stateful set fails', 1, true],
    ['names the set alone where several fail', 2, false],
  ])('%s', (_, failing, namesPod) => {
    const objects = workload('StatefulSet', 'queue', [spec({ readinessProbe: http(8080) })], { replicas: 3 })
    const sick = objects
      .filter((object): object is Pod => object.kind === 'Pod')
      .slice(1, 1 + failing)
      .map((one) => ({ ...one, status: { ...one.status, containerStatuses: [unready] } }))
    const whole = objects.map((object) => sick.find(({ metadata }) => metadata.uid === object.metadata.uid) ?? object)
    const events = sick.map((one) =>
      event(one, 'Unhealthy', `Readiness probe failed: Get "http://10.0.0.7:8080/ready": ${refused(8080)}`, {
        on: 'api',
      }),
    )
    const [found] = probes.find(clusterView(whole, { events }))
    expect(missingFacts(found?.statement, 'container api', 'StatefulSet queue')).toEqual([])
    expect(/queue-\d/.exec(found?.statement ?? '')?.[0]).toBe(namesPod ? 'queue-1' : undefined)
  })
})
