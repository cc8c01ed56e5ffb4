import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'

const program = join(import.meta.dirname, '../../practice/server/main.ts')

/** What the practice server says when it is ready. */
const PracticeReady = z.object({
  url: z.string(),
  kubeconfig: z.string(),
  control_url: z.string().optional(),
  namespaces: z.array(z.string()).default([]),
})

export interface PracticeProcess extends z.infer<typeof PracticeReady> {
  /** Resolves when the server has ended, with its exit code. */
  ended: Promise<number | null>
  close(): Promise<void>
}

export interface PracticeOptions {
  folders: string[]
  kubeconfig?: string
  port?: number
  /** The dialect in which the recorded logs are told anew. */
  reword?: string
  signal: AbortSignal
  /** Another program in its place, for tests. */
  program?: string
}

function commandLine(options: PracticeOptions): string[] {
  const folders = options.folders.flatMap((folder) => ['--incidents', folder])
  const port = options.port === undefined ? [] : ['--port', String(options.port)]
  const kubeconfig = options.kubeconfig === undefined ? [] : ['--kubeconfig', options.kubeconfig]
  const reword = options.reword === undefined ? [] : ['--reword', options.reword]
  return [options.program ?? program, ...folders, ...port, ...kubeconfig, ...reword]
}

async function firstLine(child: ChildProcess, errors: string[]): Promise<string> {
  if (!child.stdout || !child.stderr) throw new Error('the practice server has no output')
  createInterface({ input: child.stderr }).on('line', (line) => {
    errors.push(line)
    if (errors.length > 20) errors.shift()
  })
  for await (const line of createInterface({ input: child.stdout })) return line
  throw new Error(`the practice server ended before it was ready: ${errors.join(' | ') || 'it said nothing'}`)
}

/**
 * Starts the practice cluster in a process of its own and waits until it is ready. It ends when told to, or with this process:
 * its standard input is a pipe of ours.
 */
export async function startPractice(options: PracticeOptions): Promise<PracticeProcess> {
  options.signal.throwIfAborted()
  const child = spawn(process.execPath, commandLine(options), { stdio: ['pipe', 'pipe', 'pipe'] })
  const onAbort = () => child.kill('SIGTERM')
  options.signal.addEventListener('abort', onAbort, { once: true })
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      options.signal.removeEventListener('abort', onAbort)
      resolve(code)
    })
  })
  const failed = once(child, 'error', { signal: AbortSignal.timeout(30_000) }).then(([error]) => Promise.reject(error))
  failed.catch(() => undefined)
  const close = async () => {
    child.stdin?.end()
    child.kill('SIGTERM')
    const killer = setTimeout(() => child.kill('SIGKILL'), 5000)
    await ended
    clearTimeout(killer)
  }
  try {
    const line = await Promise.race([firstLine(child, []), failed])
    return { ...PracticeReady.parse(JSON.parse(line)), ended, close }
  } catch (error) {
    await close()
    throw error
  }
}
