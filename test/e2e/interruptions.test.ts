import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Practice, startPractice } from '#test/helpers/practice-server.ts'
import { spawnService } from '#test/helpers/spawn-service.ts'

const gateway = { namespace: 'payments', resource_kind: 'Deployment', resource_name: 'payment-gateway' }

interface Stored {
  status: string
  outcome?: string
}

async function untilStatus(url: string, incident: string, wanted: string): Promise<Stored> {
  for (;;) {
    const stored = (await (await fetch(`${url}/api/incidents/${incident}`)).json()) as Stored
    if (stored.status === wanted) return stored
    await pause(20)
  }
}

describe('a service that is cut off', () => {
  let practice: Practice
  let folder: string
  beforeAll(async () => {
    practice = await startPractice({ incidents: ['practice/incidents'] })
    folder = mkdtempSync(join(tmpdir(), 'interruptions-'))
  })
  afterAll(async () => {
    await practice.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('by kill -9 in the middle of a run finishes the incident after its next start', async () => {
    await practice.control.fault({ kind: 'hang' })
    const options = { folder, env: { KUBECONFIG: practice.kubeconfig, LEASE_SECONDS: '3' } }
    const first = await spawnService(options)
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify(gateway)
    const answer = await fetch(`${first.url}/decide?wait=false`, { method: 'POST', headers, body })
    const { incident_id } = (await answer.json()) as { incident_id: string }
    await untilStatus(first.url, incident_id, 'running')
    first.child.kill('SIGKILL')
    await first.ended
    await practice.control.clear()
    const second = await spawnService(options)
    expect(await untilStatus(second.url, incident_id, 'done')).toMatchObject({ outcome: 'issue' })
    await second.remove()
  })

  // npm runs its scripts in a shell, and ends that shell alone when it is told to stop.
  it.skipIf(process.platform === 'win32')('from the shell that npm started it in ends, too', async () => {
    const env = { ...process.env, npm_lifecycle_event: 'start', PORT: '0', KUBECONFIG: practice.kubeconfig }
    const line = `"${process.execPath}" bin/sre-agent.js serve & wait`
    const store = `sqlite:${join(folder, 'shell.db')}`
    const shell = spawn('sh', ['-c', line], {
      env: { ...env, DATABASE_URL: store },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    for await (const text of createInterface({ input: shell.stdout })) if (text.includes('curl')) break
    shell.kill('SIGKILL')
    // The service holds the other end of the pipe: it closes when the service is gone.
    await once(shell, 'close')
    expect(shell.signalCode).toBe('SIGKILL')
  })
})
