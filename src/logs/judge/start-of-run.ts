import type { Situation } from './situation.ts'

const finished =
  /\b(?:listening (?:on|at)|server (?:is )?(?:started|running|ready|up)|started (?:server|application|\w+Application|in \d)|Started \w+ in|ready to (?:accept|serve|handle)|accepting connections|Uvicorn running|Application startup complete|Now listening on|startup complete|Booting worker|serving (?:on|at|http|requests)|is ready\b|Tomcat started|Netty started|Listening at)/i
const stated =
  /\b(?:warm\w*|(?:pre)?load\w*|initiali[sz]\w*|start\w*|boot\w*|prepar\w*|build\w*|restor\w*|replay\w*|recover\w*|compil\w*|index\w*|sync\w*|hydrat\w*|fetch\w*|read\w*|estimated?|eta|expect\w*|takes?|about|approx\w*)\b[^\n]{0,60}?(?<![\w.])(?<amount>\d+(?:\.\d+)?) ?(?:(?<unit>ms|millis(?:econds)?|s|secs?|seconds?|m|mins?|minutes?)\b|m(?<rest>\d+)s\b)/i
/** A step that is done tells how long it took, and not how long the start takes. */
const past =
  /\b(?:loaded|started|initiali[sz]ed|restored|compiled|built|synced|finished|completed|done|ready)\b[^\n]{0,40}? (?:in|after|within) \d|\b(?:took|every|interval|timeout|retry\w*|retries)\b[^\n]{0,20}?\d/i
const startVariable =
  /(?:WARM\w*|START\w*|BOOT\w*|INIT\w*|PRELOAD\w*)(?:SECONDS?|SECS?|DELAY|DURATION|TIME|_S|_MS|MILLIS)?$/
const startOption = /^--?(?:warm\w*|start\w*|boot|init|preload)[\w-]*(?:=|$)/i

/** How far the judged run came, and how long a start takes where the program or its settings say so. */
export interface StartOfRun {
  finished: boolean
  /** Seconds. */
  needed?: number
  /** Where `needed` is written. */
  said_by?: string
}

/** Reads the start of a run from its records, else from the settings of the container. */
export function startOfRun(situation: Situation): StartOfRun {
  const isFinished = situation.records.some((record) => finished.test(record.message))
  const spoken = situation.records.flatMap(({ message }) => {
    const groups = past.test(message) ? undefined : stated.exec(message)?.groups
    return groups ? [{ needed: seconds(groups), said_by: message.slice(0, 80) }] : []
  })
  const [longest] = spoken.toSorted((left, right) => right.needed - left.needed)
  return { finished: isFinished, ...(longest ?? fromSettings(situation)) }
}

function fromSettings({ spec }: Situation): Pick<StartOfRun, 'needed' | 'said_by'> {
  const words = [...(spec.command ?? []), ...(spec.args ?? [])].filter((word) => startOption.test(word))
  const settings = [
    ...(spec.env ?? []).flatMap(({ name, value }) =>
      startVariable.test(name) && value ? [[name, value] as const] : [],
    ),
    ...words.map((word) => word.split('=') as [string, string?]),
  ]
  for (const [name, value = ''] of settings) {
    const plain = /^(?<amount>\d+(?:\.\d+)?) ?(?:(?<unit>ms|s|secs?|seconds?|m|mins?|minutes?)?|m(?<rest>\d+)s)$/i
    const groups = plain.exec(value)?.groups
    if (!groups) continue
    const unit = groups['unit'] ?? (/(?:_MS|MILLIS)$/.test(name) ? 'ms' : undefined)
    const needed = seconds({ ...groups, unit })
    if (needed > 0) return { needed, said_by: `${name}=${value}` }
  }
  return {}
}

function seconds({ amount, unit, rest }: Record<string, string | undefined>): number {
  if (rest !== undefined) return Number(amount) * 60 + Number(rest)
  const word = unit?.toLowerCase() ?? 's'
  if (word.startsWith('ms') || word.startsWith('milli')) return Math.ceil(Number(amount) / 1000)
  return Math.ceil(Number(amount) * (word.startsWith('m') ? 60 : 1))
}
