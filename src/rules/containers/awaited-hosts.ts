import type { Container } from '#src/domain/kubernetes/objects.ts'

/** A host that a container's command waits for. */
export interface AwaitedHost {
  host: string
  port?: number
  /** The variable that holds the host, where the command takes it from there. */
  variable?: string
}

const host = String.raw`[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9-]+)*`
/** First group: host; second: port. What people write to wait for something. */
const patterns = [
  new RegExp(
    String.raw`\b(?:https?|tcp|redis|amqp|postgres(?:ql)?|mysql|mongodb|nats|kafka|grpc)://(?:[^@/\s"']*@)?(${host})(?::(\d{1,5}))?`,
    'g',
  ),
  new RegExp(String.raw`/dev/tcp/(${host})/(\d{1,5})`, 'g'),
  new RegExp(String.raw`\b(?:nc|ncat|netcat|telnet)\s+(?:-\w+(?:\s+\d+)?\s+)*(${host})\s+(\d{1,5})\b`, 'g'),
  new RegExp(
    String.raw`\b(?:nslookup|dig|host|ping|getent\s+(?:a?hosts(?:v4)?))\s+(?:[-+]\w+(?:\s+\d+)?\s+)*(${host})`,
    'g',
  ),
  new RegExp(String.raw`(?:\s-h|--host)[\s=]*(${host})(?:.*?(?:\s-p|-P|--port)[\s=]*(\d{1,5}))?`, 'g'),
  new RegExp(String.raw`(?:^|[\s"'=(])(${host}):(\d{2,5})\b`, 'g'),
]

/** Words that stand where a host may stand and are none. */
const noHost =
  /^(?:localhost|127\.0\.0\.1|0\.0\.0\.0|true|false|\d+(?:\.\d+){0,3}|sh|bash|in|do|type|kubernetes(?:\.default.*)?)$/i

/** Hosts that the command, the arguments and the variables they use speak of, in the order of the command. */
export function awaitedHosts(spec: Container): AwaitedHost[] {
  const { text, sources } = expand(spec)
  const found = new Map<string, AwaitedHost>()
  for (const pattern of patterns) {
    for (const [, name, port] of text.matchAll(pattern)) {
      if (name === undefined || noHost.test(name) || found.has(name)) continue
      const variable = sources.get(name)
      found.set(name, {
        host: name,
        ...(port === undefined ? {} : { port: Number(port) }),
        ...(variable ? { variable } : {}),
      })
    }
  }
  return [...found.values()]
}

/** The command line with plain variables filled in, and which variable gave which value. */
function expand(spec: Container): { text: string; sources: Map<string, string> } {
  const values = new Map(
    (spec.env ?? []).flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const])),
  )
  const sources = new Map<string, string>()
  const line = [...(spec.command ?? []), ...(spec.args ?? [])].join(' ')
  const text = line.replace(
    /\$(?:\{(\w+)(?::?-[^}]*)?\}|\((\w+)\)|(\w+))/g,
    (whole, braced?: string, round?: string, bare?: string) => {
      const name = braced ?? round ?? bare ?? ''
      const value = values.get(name)
      if (value === undefined) return whole
      sources.set(value.split(':')[0] ?? value, name)
      return value
    },
  )
  return { text, sources }
}
