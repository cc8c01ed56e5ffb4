import type { LogRecord } from '#src/logs/log-record.ts'

/** One answer of a health endpoint, as the program's own log times it. */
export interface HealthTime {
  record: LogRecord
  seconds: number
}

/** Programs call the endpoint by many names; where the line holds a path, the path decides. */
const healthWords =
  /\b(?:health|liveness|readiness|ready|live|startup)[ _-]?(?:checks?|probes?|z|endpoint|handler)\b|\/(?:healthz?|livez?|readyz?|liveness|readiness|ping|up|status)\b/i
const anyPath = /(?:^|[\s"'=|(])(?:https?:\/\/[^/\s"']+)?(\/[\w./-]*)/
const failedStatus = /(?:^|[\s"|=])5\d\d(?=$|[\s"|,])/
const units: Record<string, number> = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1 }
const withUnit =
  /(?<before>[\w ]{0,14}[=:( ])?(?<![\w.])"?(?<amount>\d+(?:\.\d+)?) ?(?<unit>ns|us|µs|ms|millis(?:econds)?|msec|s|secs?|seconds?)\b/gi
/** A number beside such a word is a setting and no measurement. */
const setting =
  /\b(?:timeout|every|interval|period|limit|threshold|budget|within|deadline|max|retry in|next in)[\w ]*[=:( ]*$/i
const named =
  /\b(?:duration|latency|elapsed|took|cost|rt|time_?taken|(?:response|request|total|process\w*)_?time|request_duration|duration_?ms|latency_?ms|elapsed_?ms|elapsed_?milliseconds|took_?ms|responseTime|time_?ms|ms|duration_?s(?:econds)?|elapsed_?s(?:econds)?|latency_?s(?:econds)?)["']?[=: ]{1,2}"?(?<amount>\d+(?:\.\d+)?)(?![\w.])/gi
/** nginx and its like write the time last, in seconds with three digits. */
const trailing = /" \d{3} \d+(?: "[^"]*")* (?<amount>\d+\.\d{3})(?![\d.])/

/** How long the health endpoint took, each time that a record tells it. `path`: what the probe asks; absent where it asks none. */
export function readHealthTimes(records: readonly LogRecord[], path: string | undefined): HealthTime[] {
  return records.flatMap((record) => {
    const text = record.text.slice(0, 1000)
    if (!isAboutHealth(text, path) || failedStatus.test(text)) return []
    const times = [...timesWithUnit(text), ...timesByName(text), ...timeAtEnd(text)].filter((value) => value > 0)
    return times.length === 0 ? [] : [{ record, seconds: Math.max(...times) }]
  })
}

function isAboutHealth(text: string, path: string | undefined): boolean {
  const asked = path?.split('?')[0]
  const said = anyPath.exec(text)?.[1]
  if (said !== undefined && asked !== undefined && asked !== '/' && asked.length > 1)
    return new RegExp(`${asked.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}(?![\\w/-])`).test(text)
  return healthWords.test(text)
}

function timesWithUnit(text: string): number[] {
  return [...text.matchAll(withUnit)].flatMap(({ groups }) => {
    const { before = '', amount, unit = '' } = groups ?? {}
    if (setting.test(before)) return []
    const name = /^milli|^msec/i.test(unit) ? 'ms' : /^s/i.test(unit) ? 's' : unit.toLowerCase()
    return [Number(amount) * (units[name] ?? Number.NaN)].filter((value) => !Number.isNaN(value))
  })
}

/** Where no unit is written, the name or the size tells it: nobody counts a request in hundreds of seconds. */
function timesByName(text: string): number[] {
  return [...text.matchAll(named)].flatMap(({ 0: whole, groups }) => {
    const amount = Number(groups?.['amount'])
    if (/ms["']?[=: ]|millis|responseTime/i.test(whole)) return [amount / 1000]
    if (/_?s(?:econds)?["']?[=: ]/i.test(whole) && /duration_?s|elapsed_?s|latency_?s/i.test(whole)) return [amount]
    if (amount >= 100) return [amount / 1000]
    return whole.includes('.') ? [amount] : []
  })
}

function timeAtEnd(text: string): number[] {
  const amount = trailing.exec(text)?.groups?.['amount']
  return amount === undefined ? [] : [Number(amount)]
}
