import type { SignatureMatch } from '#src/logs/signatures/signature.ts'
import type { Situation } from './situation.ts'

const url =
  /\b(?:https?|amqps?|rediss?|mongodb(?:\+srv)?|postgres(?:ql)?|mysql|mariadb|kafka|nats|grpc|tcp|ldaps?):\/\/(?:[^@/\s"']*@)?([\w.-]+)(?::(\d+))?/i
const hostVariable = /(?:^|_)(?:HOST|ADDR|ADDRESS|URL|URI|DSN|BROKERS?|ENDPOINT|SERVER)$/

/** Host and port as captured, or from the URL that was called, or from the variable that names the only dependency. */
export function addressOf(situation: Situation, match: SignatureMatch): { host?: string; port?: string } {
  const { host, port, url: called } = match.facts
  if (host) return { host, ...(port ? { port } : {}) }
  const parsed =
    /^\w+:\/\/(?:[^@/\s]*@)?([\w.-]+)(?::(\d+))?/.exec(called ?? '') ??
    url.exec(match.record.text) ??
    serverAt(match.record.text)
  if (parsed?.[1]) return { host: parsed[1], ...(parsed[2] ? { port: parsed[2] } : {}) }
  const named = (situation.spec.env ?? []).filter((variable) => hostVariable.test(variable.name) && variable.value)
  const value = named.length === 1 ? (named[0]?.value ?? '') : ''
  // `jdbc:mysql://db:3306/x` and its like: the URL inside, and not the word before the first colon.
  const only = url.exec(value) ?? /^(?:\w+:\/\/)?(?:[^@/\s]*@)?([a-z][\w.-]*)(?::(\d+))?(?!:)/i.exec(value)
  return only?.[1] ? { host: only[1], ...(only[2] ? { port: only[2] } : {}) } : {}
}

/** The server as PostgreSQL's and Kafka's clients name it beside its address. */
function serverAt(text: string): RegExpExecArray | null {
  return (
    /connection to server at "([\w.-]+)"(?: \([^)]*\))?, port (\d+)/.exec(text) ??
    /\d+(?:\.\d+){3}:\d+ \(([a-z][\w.-]+)\)/.exec(text) ??
    /\(([a-z][\w.-]+)\/\d+(?:\.\d+){3}:(\d+)\)/.exec(text)
  )
}
