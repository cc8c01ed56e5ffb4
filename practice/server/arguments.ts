import { parseArgs } from 'node:util'
import { SetupError } from './incident.ts'
import type { SyntheticSize } from './synthetic.ts'
import { type Dialect, dialects } from './reword/dialect.ts'

/** How the practice cluster is started. */
export interface PracticeArguments {
  incidents: string[]
  port: number
  host: string
  kubeconfig?: string
  synthetic?: SyntheticSize
  /** So many synthetic namespaces instead of one. */
  synthetic_namespaces?: number
  /** Logs are told anew in this dialect. */
  reword?: Dialect
  help: boolean
}

export const helpText = `practice cluster: recorded incidents as a Kubernetes API, read-only

  node practice/server/main.ts --incidents DIR [--incidents DIR2] [options]

  --incidents DIR           a folder of recorded incidents, or one incident; may be given again
  --port N                  port of the API, 0 = any free one (default 0)
  --host ADDRESS            address of the API (default 127.0.0.1)
  --kubeconfig PATH         where to write the kubeconfig (default: a file of its own, removed at the end)
  --reword DIALECT          tell the recorded logs in other words: json, klog, logfmt or plain
  --synthetic-pods N        a made-up namespace of N pods
  --synthetic-broken M      how many of them are broken (default 0)
  --synthetic-per-workload P  how many pods a deployment has (default 20)
  --synthetic-services      a Service in front of each deployment
  --synthetic-log-mebibytes L  how long the log of each of its pods is (default: a few lines); no such log is held
  --synthetic-namespace S   its name (default synthetic)
  --synthetic-namespaces N  N of them instead, S-001 and so on, of 20 pods where not said otherwise, every fifth with
                            the broken ones (default 5)
  --help                    this text

When ready it prints one line of JSON: url, kubeconfig, control_url, namespaces.
It ends on SIGTERM and SIGINT, and when its stdin is a pipe that closes.
`

function count(name: string, text: string | undefined, fallback: number, most: number): number {
  if (text === undefined) return fallback
  if (!/^\d+$/.test(text) || Number(text) > most)
    throw new SetupError(`--${name}: must be a whole number from 0 to ${most}, not "${text}"`)
  return Number(text)
}

const options = {
  incidents: { type: 'string', multiple: true },
  port: { type: 'string' },
  host: { type: 'string', default: '127.0.0.1' },
  kubeconfig: { type: 'string' },
  reword: { type: 'string' },
  'synthetic-pods': { type: 'string' },
  'synthetic-broken': { type: 'string' },
  'synthetic-per-workload': { type: 'string' },
  'synthetic-services': { type: 'boolean', default: false },
  'synthetic-log-mebibytes': { type: 'string' },
  'synthetic-namespaces': { type: 'string' },
  'synthetic-namespace': { type: 'string', default: 'synthetic' },
  help: { type: 'boolean', default: false },
} as const

function dialectOf(text: string): Dialect {
  const found = dialects.find((dialect) => dialect === text)
  if (!found) throw new SetupError(`--reword: "${text}" is none of ${dialects.join(', ')}`)
  return found
}

function readValues(args: string[]) {
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values
  } catch (error) {
    throw new SetupError(error instanceof Error ? error.message : 'the arguments cannot be read')
  }
}

/** Reads the command line; a bad value is named with its argument. */
export function parseArguments(args: string[]): PracticeArguments {
  const values = readValues(args)
  const many = count('synthetic-namespaces', values['synthetic-namespaces'], 0, 2_000)
  const usual = many > 0 ? { pods: 20, broken: 5, perWorkload: 5 } : { pods: 0, broken: 0, perWorkload: 20 }
  const pods = count('synthetic-pods', values['synthetic-pods'], usual.pods, 50_000)
  const broken = count('synthetic-broken', values['synthetic-broken'], Math.min(usual.broken, pods), pods)
  const perWorkload = count('synthetic-per-workload', values['synthetic-per-workload'], usual.perWorkload, 50_000)
  const pods_per_deployment = Math.max(1, perWorkload)
  const services = values['synthetic-services']
  const log_mebibytes = count('synthetic-log-mebibytes', values['synthetic-log-mebibytes'], 0, 16_384)
  const namespace = values['synthetic-namespace']
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(namespace))
    throw new SetupError(`--synthetic-namespace: "${namespace}" cannot be the name of a namespace`)
  const incidents = values.incidents ?? []
  if (incidents.length === 0 && pods === 0 && !values.help)
    throw new SetupError('--incidents: name a folder of recorded incidents (or --synthetic-pods a number)')
  return {
    incidents,
    port: count('port', values.port, 0, 65_535),
    host: values.host,
    ...(values.kubeconfig === undefined ? {} : { kubeconfig: values.kubeconfig }),
    ...(values.reword === undefined ? {} : { reword: dialectOf(values.reword) }),
    ...(pods === 0 ? {} : { synthetic: { namespace, pods, broken, pods_per_deployment, services, log_mebibytes } }),
    ...(many === 0 ? {} : { synthetic_namespaces: many }),
    help: values.help,
  }
}
