import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/*
 * The practice cluster as a process of its own, for tests. It goes away with `stop()`, and also when the test's process dies,
 * because its stdin closes then.
 */

/** What to serve: folders of incidents, a made-up namespace, or both. */
export interface PracticeOptions {
  incidents?: string[]
  synthetic?: { pods: number; broken?: number; namespace?: string; log_mebibytes?: number }
  port?: number
  kubeconfig?: string
  env?: Record<string, string>
}

/** A fault as the control route takes it; what is left out matches everything. */
export interface PracticeFault {
  kind: '401' | '403' | '404' | '410' | '429' | '500' | 'delay' | 'hang' | 'cut' | 'drop'
  verb?: string
  group?: string
  resource?: string
  namespace?: string
  name?: string
  count?: number
  delay_ms?: number
  retry_after_seconds?: number
}

/** What has reached the practice cluster since its start, or since `resetStats`. */
interface PracticeStats {
  connections: number
  tls_handshakes: number
  requests: number
  by_request: Record<string, number>
}

/** An event to inject; the rest gets likely values. */
interface PracticeEvent {
  namespace: string
  name: string
  kind?: string
  reason?: string
  message?: string
  type?: string
  uid?: string
  count?: number
}

/** The control route of a running practice cluster. */
interface PracticeControl {
  fault(fault: PracticeFault): Promise<{ id: number }>
  faults(): Promise<({ id: number } & PracticeFault)[]>
  clear(): Promise<void>
  stats(): Promise<PracticeStats>
  resetStats(): Promise<void>
  /** Injects an event in both of its forms and returns the core/v1 one. */
  emit(event: PracticeEvent): Promise<{ metadata: { name: string; uid: string; resourceVersion: string } }>
  /** Adds, changes or deletes an object; watches see it. */
  change(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: object): Promise<void>
  /** Makes all versions and continue tokens given out so far too old. */
  compact(): Promise<void>
}

/** A running practice cluster. */
export interface Practice {
  url: string
  kubeconfig: string
  control_url: string
  namespaces: string[]
  control: PracticeControl
  process: ChildProcess
  stop(): Promise<void>
}

interface Ready {
  url: string
  kubeconfig: string
  control_url: string
  namespaces: string[]
}

function argumentsOf({ incidents = [], synthetic, port, kubeconfig }: PracticeOptions): string[] {
  const args = incidents.flatMap((folder) => ['--incidents', folder])
  if (port !== undefined) args.push('--port', String(port))
  if (kubeconfig !== undefined) args.push('--kubeconfig', kubeconfig)
  if (synthetic === undefined) return args
  args.push('--synthetic-pods', String(synthetic.pods), '--synthetic-broken', String(synthetic.broken ?? 0))
  if (synthetic.log_mebibytes !== undefined) args.push('--synthetic-log-mebibytes', String(synthetic.log_mebibytes))
  return synthetic.namespace === undefined ? args : [...args, '--synthetic-namespace', synthetic.namespace]
}

function createControl(url: string): PracticeControl {
  const call = async <T>(method: string, route: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${url}/_practice/${route}`, {
      method,
      ...(method === 'POST'
        ? { body: JSON.stringify(body ?? {}), headers: { 'content-type': 'application/json' } }
        : {}),
    })
    const answer = (await response.json()) as T
    if (!response.ok) throw new Error(`practice control: ${method} ${route}: ${JSON.stringify(answer)}`)
    return answer
  }
  return {
    fault: (fault) => call('POST', 'faults', fault),
    faults: () => call('GET', 'faults'),
    clear: async () => void (await call('DELETE', 'faults')),
    stats: () => call('GET', 'stats'),
    resetStats: async () => void (await call('DELETE', 'stats')),
    emit: (event) => call('POST', 'events', event),
    change: async (type, object) => void (await call('POST', 'objects', { type, object })),
    compact: async () => void (await call('POST', 'compact')),
  }
}

async function waitUntilReady(child: ChildProcess): Promise<Ready> {
  let complaint = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint += chunk.toString()
  })
  if (child.stdout === null) throw new Error('the practice cluster has no stdout')
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line) as Ready
  throw new Error(`the practice cluster did not start: ${complaint}`)
}

function stopChild(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.stdin?.end()
  })
}

/** Starts a practice cluster and resolves when it answers. */
export async function startPractice(options: PracticeOptions): Promise<Practice> {
  const main = new URL('../../practice/server/main.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [main, ...argumentsOf(options)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
  })
  const ready = await waitUntilReady(child)
  return { ...ready, control: createControl(ready.control_url), process: child, stop: () => stopChild(child) }
}
