import { describe, expect, it } from 'vitest'
import { judgeLogs } from '#src/logs/judge-logs.ts'
import type { Probe } from '#src/domain/kubernetes/objects.ts'
import { ago, logIncident, type LogIncidentOptions } from '#test/helpers/log-incident.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

const running = { ready: false, restartCount: 0, state: { running: { startedAt: ago(900) } }, lastState: {} }
const timedOut =
  'Readiness probe failed: Get "http://10.244.1.5:8080/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)'

function judge(current: string, options: LogIncidentOptions = {}, probe: Probe = {}) {
  const readinessProbe = { httpGet: { path: '/healthz', port: 8080 }, timeoutSeconds: 1, periodSeconds: 5, ...probe }
  const { logs, view } = logIncident({
    current,
    status: running,
    container: { readinessProbe },
    events: [{ message: timedOut }],
    ...options,
  })
  return judgeLogs(logs, view)
}

describe('src/logs/judge/slow-probe', () => {
  // One wording a runtime: what is timed is the same 1.83 s.
  it.each([
    ['a plain Go log', '2026/03/01 09:59:40 GET /healthz 200 1832ms'],
    ['gin', '[GIN] 2026/03/01 - 09:59:40 | 200 |  1.832114507s |      10.244.1.1 | GET      "/healthz"'],
    [
      'zap',
      '{"level":"info","ts":1772359180.1,"msg":"request completed","path":"/healthz","status":200,"latency":"1.832s"}',
    ],
    [
      'slog in logfmt',
      'time=2026-03-01T09:59:40Z level=INFO msg="request completed" method=GET path=/healthz duration=1.832s',
    ],
    ['morgan', 'GET /healthz 200 1832.114 ms - 2'],
    [
      'pino-http',
      '{"level":30,"time":1772359180000,"req":{"method":"GET","url":"/healthz"},"res":{"statusCode":200},"responseTime":1832,"msg":"request completed"}',
    ],
    [
      'Spring',
      '2026-03-01 09:59:40.112  INFO 1 --- [nio-8080-exec-3] c.e.RequestLog : GET /healthz completed with 200 in 1832 ms',
    ],
    [
      'lograge',
      'method=GET path=/healthz format=json controller=HealthController action=show status=200 duration=1832.11 view=0.2',
    ],
    [
      'gunicorn',
      '10.244.1.1 - - [01/Mar/2026:09:59:40 +0000] "GET /healthz HTTP/1.1" 200 2 "-" "kube-probe/1.36" 1.832',
    ],
    ['a Django middleware', 'INFO request GET /healthz -> 200 took 1.832s'],
    [
      'ASP.NET Core',
      'info: Microsoft.AspNetCore.Hosting.Diagnostics[2] Request finished HTTP/1.1 GET http://10.244.1.5:8080/healthz - 200 - text/plain 1832.1142ms',
    ],
    [
      'an ASP.NET health check',
      'info: HealthCheckService[101] Health check database with status Healthy completed after 1832.1ms',
    ],
    ['nginx', '10.244.1.1 - - [01/Mar/2026:09:59:40 +0000] "GET /healthz HTTP/1.1" 200 2 "-" "kube-probe/1.36" 1.832'],
    [
      'Caddy',
      '{"level":"info","ts":1772359180.2,"logger":"http.log.access","msg":"handled request","request":{"method":"GET","uri":"/healthz"},"duration":1.832,"status":200}',
    ],
    [
      'tracing in Rust',
      '2026-03-01T09:59:40Z  INFO request{method=GET uri=/healthz}: tower_http::trace: finished processing request latency=1832 ms status=200',
    ],
    ['plain words', 'WARN health check took 1.83s'],
    ['a handler of its own', 'INFO readiness probe handler finished in 1.83 seconds'],
  ])('reads how long the health endpoint took from %s', (_, line) => {
    const [finding, ...others] = judge(`${line}\n${line}`)
    expect(others).toEqual([])
    expect(finding).toMatchObject({
      mechanism: 'probe_timeout_too_short',
      container: 'main',
      resource: { name: 'api' },
    })
    expect(missingFacts(finding?.statement, '1.83 s', 'readiness probe', 'timeoutSeconds 1')).toEqual([])
    expect(finding?.remedies[0]).toMatchObject({
      kind: 'patch_probe',
      params: { container: 'main', probe: 'readiness', timeoutSeconds: 3 },
    })
    expect(finding?.evidence.map(({ source }) => source)).toEqual(['log', 'event', 'object'])
  })

  it('says so of a liveness probe that kills, with the default timeout', () => {
    const [finding] = judge('INFO GET /healthz 200 2400ms\nINFO received SIGTERM, shutting down', {
      status: {},
      container: { livenessProbe: { httpGet: { path: '/healthz', port: 8080 } } },
      events: [
        { type: 'Normal', reason: 'Killing', message: 'Container main failed liveness probe, will be restarted' },
        { message: timedOut.replace('Readiness', 'Liveness') },
      ],
    })
    expect(finding).toMatchObject({ mechanism: 'probe_timeout_too_short' })
    expect(missingFacts(finding?.statement, 'liveness probe', 'default', 'timeoutSeconds 1')).toEqual([])
    expect(finding?.remedies[0]?.params).toMatchObject({ probe: 'liveness', timeoutSeconds: 4 })
  })

  it('says so of a container that is ready at this moment and flaps', () => {
    expect(judge('INFO GET /healthz 200 1832ms', { status: { ...running, ready: true } })).toMatchObject([
      { mechanism: 'probe_timeout_too_short', severity: 'medium' },
    ])
  })

  it.each([
    ['the endpoint answers in time', 'INFO GET /healthz 200 12ms'],
    ['another path is slow', 'INFO GET /orders 200 1832ms\nINFO GET /healthz 200 12ms'],
    ['a longer path only begins alike', 'INFO GET /healthz-report 200 1832ms'],
    ['the answer was an error', 'INFO GET /healthz 503 1832ms'],
    ['the time is a setting', 'INFO health check every 5s, timeout 2s'],
    ['it hangs', 'INFO GET /healthz 200 95000ms'],
    ['no time is told', 'INFO GET /healthz 200'],
  ])('is silent where %s', (_, current) => {
    expect(judge(current).map(({ mechanism }) => mechanism)).not.toContain('probe_timeout_too_short')
  })

  it('is silent where no probe timed out lately', () => {
    const slow = 'INFO GET /healthz 200 1832ms'
    const refused = 'Readiness probe failed: Get "http://10.244.1.5:8080/healthz": dial tcp: connection refused'
    expect(judge(slow, { events: [{ message: refused }] })).toEqual([])
    expect(judge(slow, { events: [{ message: timedOut, last_seen: ago(3600) }] })).toEqual([])
    expect(judge(slow, {}, { timeoutSeconds: 5 })).toEqual([])
  })

  it('leaves the word to a dependency that keeps the endpoint from answering', () => {
    const found = judge(
      `${ago(30)} ERROR dial tcp 10.96.7.7:5432: i/o timeout\n${ago(20)} INFO GET /healthz 200 1832ms`,
    )
    expect(found.map(({ mechanism }) => mechanism)).toEqual(['dependency_unreachable'])
  })
})
