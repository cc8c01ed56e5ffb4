import { fstatSync } from 'node:fs'
import { helpText, parseArguments, startPracticeCluster } from './practice-cluster.ts'
import { SetupError } from './incident.ts'

/*
 * The practice cluster: a process of its own that serves recorded incidents as a Kubernetes API over HTTPS, read-only. It knows
 * nothing of the service, and the service nothing of it: they meet over the wire only.
 */

function stdinIsPipe(): boolean {
  try {
    const stat = fstatSync(0)
    return stat.isFIFO() || stat.isSocket()
  } catch {
    return false
  }
}

async function main(): Promise<void> {
  const given = parseArguments(process.argv.slice(2))
  if (given.help) {
    process.stdout.write(helpText)
    return
  }
  const { ready, stop } = await startPracticeCluster(given)
  const leave = (): void => {
    stop()
    process.exit(0)
  }
  process.once('SIGTERM', leave)
  process.once('SIGINT', leave)
  if (stdinIsPipe()) process.stdin.on('end', leave).on('close', leave).on('error', leave).resume()
  process.stdout.write(`${JSON.stringify(ready)}\n`)
}

try {
  await main()
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exit(2)
}
