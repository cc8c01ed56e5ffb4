import { describe, expect, it } from 'vitest'
import { judgeLogs } from '#src/logs/judge-logs.ts'
import type { Container } from '#src/domain/kubernetes/objects.ts'
import { ago, logIncident } from '#test/helpers/log-incident.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

const unready = { ready: false, restartCount: 0, state: { running: { startedAt: ago(3600) } }, lastState: {} }
const judge = (current: string, container: Partial<Container>, status = {}) => {
  const { view, logs } = logIncident({ current, container, status })
  return judgeLogs(logs, view)
}

describe('src/logs/judge/runtime-memory', () => {
  it.each([
    '[2026-03-01 09:59:40 +0000] [1] [ERROR] Worker (pid:57) was sent SIGKILL! Perhaps out of memory?',
    '[01-Mar-2026 09:59:40] WARNING: [pool www] child 41 exited on signal 9 (SIGKILL) after 61.2 seconds from start',
    "[2026-03-01 09:59:40,114: ERROR/MainProcess] Process 'ForkPoolWorker-2' pid:31 exited with 'signal 9 (SIGKILL)'",
    'billiard.exceptions.WorkerLostError: Worker exited prematurely: signal 9 (SIGKILL) Job: 3.',
    '2026-03-01 09:59:40.114 UTC [1] LOG:  server process (PID 812) was terminated by signal 9: Killed',
    '2026/03/01 09:59:40 [alert] 1#1: worker process 29 exited on signal 9',
  ])('takes killed children for a memory limit that is reached: %s', (line) => {
    const [finding] = judge(line, { resources: { limits: { memory: '256Mi' } } }, unready)
    expect(finding?.mechanism).toBe('oom_killed')
    expect(finding?.statement).toContain('256Mi')
    expect(finding?.remedies[0]).toMatchObject({ kind: 'patch_resources', params: { limits: { memory: '512Mi' } } })
  })

  const heap = 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'

  it('widens a heap that is bound far below the limit of its container', () => {
    const [finding] = judge(heap, {
      env: [{ name: 'NODE_OPTIONS', value: '--enable-source-maps --max-old-space-size=128' }],
      resources: { limits: { memory: '512Mi' } },
    })
    expect(missingFacts(finding?.statement, '--max-old-space-size=128', 'NODE_OPTIONS')).toEqual([])
    expect(finding?.remedies[0]).toMatchObject({
      kind: 'set_env',
      params: { name: 'NODE_OPTIONS', value: '--enable-source-maps --max-old-space-size=384' },
    })
  })

  it('asks the owner where the container has no more room to give', () => {
    const [finding] = judge(heap, {
      args: ['--max-old-space-size=384', 'server.js'],
      resources: { limits: { memory: '512Mi' } },
    })
    expect(finding?.remedies.map(({ kind }) => kind)).toEqual(['escalate'])
  })
})
