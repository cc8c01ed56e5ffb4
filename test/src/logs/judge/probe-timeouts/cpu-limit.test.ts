import { describe, expect, it } from 'vitest'
import { judgeLogs } from '#src/logs/judge-logs.ts'
import { ago, crashing, logIncident } from '#test/helpers/log-incident.ts'

const timeout =
  'Liveness probe failed: Get "http://10.1.0.9:8080/livez": context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
const serving = '2026-03-01T09:59:01Z INFO listening on :8080\n2026-03-01T09:59:20Z INFO scored a batch in 4921 ms'

const judge = (current: string, cpu: string | undefined, message = timeout) => {
  const { view, logs } = logIncident({
    current,
    status: { ...crashing },
    container: {
      livenessProbe: { httpGet: { path: '/livez', port: 8080 } },
      ...(cpu === undefined ? {} : { resources: { limits: { cpu } } }),
    },
    events: [
      { reason: 'Unhealthy', type: 'Warning', message, last_seen: ago(30) },
      { reason: 'Killing', message: 'Container main failed liveness probe, will be restarted', last_seen: ago(30) },
    ],
  })
  return judgeLogs(logs, view)
}

describe('src/logs/judge/probe-timeouts cpu limit', () => {
  it('takes a tiny limit for what keeps a serving program from its probe', () => {
    const [finding] = judge(serving, '25m')
    expect(finding?.mechanism).toBe('cpu_starved')
    expect(finding?.statement).toContain('25m')
    expect(finding?.remedies).toMatchObject([
      { kind: 'patch_resources', params: { limits: { cpu: '250m' } } },
      { kind: 'patch_probe', params: { probe: 'liveness', timeoutSeconds: 5 } },
    ])
  })

  it('believes the log that tells of throttling, whatever the limit', () => {
    const [finding] = judge(`${serving}\n2026-03-01T09:59:30Z WARN CPU throttled in 96% of periods`, '500m')
    expect(finding).toMatchObject({ mechanism: 'cpu_starved', confidence: 0.85 })
    expect(finding?.remedies[0]).toMatchObject({ params: { limits: { cpu: '2500m' } } })
  })

  it.each([
    ['an ample limit', serving, '500m', timeout],
    ['no limit', serving, undefined, timeout],
    ['a word of a deadlock', `${serving}\n2026-03-01T09:59:30Z WARN waiting on mutex session.lock`, '25m', timeout],
    ['a closed port', serving, '25m', 'Liveness probe failed: dial tcp 10.1.0.9:8080: connect: connection refused'],
  ])('says nothing of the kind with %s', (_, text, cpu, message) => {
    expect(judge(text, cpu, message).map(({ mechanism }) => mechanism)).not.toContain('cpu_starved')
  })
})
