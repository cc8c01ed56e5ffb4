import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** As `npm start` has them: a young generation of V8's own choice takes 100 MiB more and makes nothing quicker. */
export const launchFlags = (process.env['BENCH_NODE_FLAGS'] ?? '--max-semi-space-size=16')
  .split(' ')
  .filter((flag) => flag !== '')

/** Linux counts processor time in hundredths of a second. */
const msPerTick = 10

/** A started process and what its first matching line of output said. */
interface Started {
  child: ChildProcess
  line: string
  /** Milliseconds from spawn to that line. */
  ms: number
}

/** The service or the practice cluster in a process of its own, as a user has it. */
export interface BenchProcess {
  child: ChildProcess
  line: string
  startMs: number
  /** Resident memory now and at its highest, in MiB. */
  memory(): { now: number; peak: number }
  /** Processor time so far, in ms. */
  cpu(): number
  /** What the event-loop monitor wrote when the process ended, in ms. */
  stop(): Promise<{ longestBlock?: number }>
}

async function start(args: string[], env: Record<string, string>, wanted: RegExp): Promise<Started> {
  const begun = performance.now()
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
  })
  let errors = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4000)
  })
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  for await (const line of lines) {
    if (!wanted.test(line)) continue
    child.stdout?.resume()
    return { child, line, ms: performance.now() - begun }
  }
  throw new Error(`${args.join(' ')} ended before it was ready: ${errors}`)
}

function wrap({ child, line, ms }: Started, report?: string): BenchProcess {
  const field = (name: string): number => {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
    return Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024
  }
  return {
    child,
    line,
    startMs: ms,
    memory: () => ({ now: field('VmRSS'), peak: field('VmHWM') }),
    cpu: () => {
      const [user = 0, system = 0] =
        readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ').slice(11).map(Number) ?? []
      return (user + system) * msPerTick
    },
    stop: async () => {
      if (child.exitCode === null) {
        const ended = new Promise((resolve) => child.once('exit', resolve))
        child.kill('SIGTERM')
        await ended
      }
      if (!report) return {}
      const written = readFileSync(report, 'utf8')
      return { longestBlock: Number(written) }
    },
  }
}

/** Starts the practice cluster; its kubeconfig is in the JSON line. */
export async function startPracticeProcess(
  args: string[],
): Promise<BenchProcess & { kubeconfig: string; namespaces: string[] }> {
  const started = await start(['practice/server/main.ts', ...args], {}, /^\{.*kubeconfig/)
  const ready = JSON.parse(started.line) as { kubeconfig: string; namespaces: string[] }
  return { ...wrap(started), ...ready }
}

/** The service, with what its monitor answers. */
interface ServiceProcess extends BenchProcess {
  url: string
  /** Blocks of the event loop so far do not count. */
  resetBlocks(): Promise<void>
  /** Collects garbage and answers what is still held, in MiB. */
  liveHeap(): Promise<number>
}

/** Starts the service on a free port with a fresh store and an event-loop monitor inside. */
export async function startServiceProcess(
  kubeconfig: string,
  env: Record<string, string> = {},
): Promise<ServiceProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'sre-bench-'))
  const report = join(folder, 'longest-block')
  const started = await start(
    [...launchFlags, '--expose-gc', '--import', './test/bench/event-loop-monitor.ts', 'bin/sre-agent.js', 'serve'],
    {
      PORT: '0',
      KUBECONFIG: kubeconfig,
      DATABASE_URL: `sqlite:${join(folder, 'bench.db')}`,
      LOG_LEVEL: 'error',
      BENCH_LOOP_REPORT: report,
      ...env,
    },
    /http:\/\/127\.0\.0\.1:\d+/,
  )
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(started.line)?.[0] as string
  const process_ = wrap(started, report)
  const ask = async (question: string): Promise<{ live_heap: number }> => {
    const answered = new Promise<{ live_heap: number }>((resolve) =>
      started.child.once('message', resolve as () => void),
    )
    started.child.send(question)
    return answered
  }
  return {
    ...process_,
    url,
    resetBlocks: async () => void (await ask('reset')),
    liveHeap: async () => (await ask('collect')).live_heap / 1_048_576,
    stop: async () => {
      const result = await process_.stop()
      rmSync(folder, { recursive: true, force: true })
      return result
    },
  }
}
