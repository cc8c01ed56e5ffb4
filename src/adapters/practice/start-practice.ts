import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import type { PracticeCluster, PracticeOptions } from './port.ts'

const practiceProgram = join(import.meta.dirname, '../../../practice/server/main.ts')
const maxErrorLines = 20
const killAfterMs = 5_000

/** The line that the practice server writes when it is ready. */
const ReadyLine = z.object({
  url: z.string(),
  kubeconfig: z.string(),
  control_url: z.string().optional(),
  namespaces: z.array(z.string()).default([]),
})

/**
 * Starts the practice cluster in a process of its own and waits until it is ready. The process ends on `close`, on the signal, or with
 * this process, because its standard input is a pipe of ours. Tests start another `program` in its place.
 */
export async function startPractice(options: PracticeOptions, program = practiceProgram): Promise<PracticeCluster> {
  options.signal.throwIfAborted()
  const child = spawn(process.execPath, [program, ...argumentsOf(options)], { stdio: ['pipe', 'pipe', 'pipe'] })
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
    const killer = setTimeout(() => child.kill('SIGKILL'), killAfterMs)
    await ended
    clearTimeout(killer)
  }
  try {
    const line = await Promise.race([readFirstLine(child), failed])
    return { ...ReadyLine.parse(JSON.parse(line)), ended, close }
  } catch (error) {
    await close()
    throw error
  }
}

function argumentsOf({ folders, port, kubeconfig, reword }: PracticeOptions): string[] {
  return [
    ...folders.flatMap((folder) => ['--incidents', folder]),
    ...(port === undefined ? [] : ['--port', String(port)]),
    ...(kubeconfig === undefined ? [] : ['--kubeconfig', kubeconfig]),
    ...(reword === undefined ? [] : ['--reword', reword]),
  ]
}

async function readFirstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout || !child.stderr) throw new Error('the practice server has no output')
  const errors: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => {
    errors.push(line)
    if (errors.length > maxErrorLines) errors.shift()
  })
  for await (const line of createInterface({ input: child.stdout })) return line
  throw new Error(`the practice server ended before it was ready: ${errors.join(' | ') || 'it printed no reason'}`)
}
