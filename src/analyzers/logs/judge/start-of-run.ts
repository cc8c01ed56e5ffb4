import type { Situation } from './situation.ts'

const finished =
  /\b(?:listening (?:on|at)|server (?:is )?(?:started|running|ready|up)|started (?:server|application|\w+Application|in \d)|Started \w+ in|ready to (?:accept|serve|handle)|accepting connections|Uvicorn running|Application startup complete|Now listening on|startup complete|Booting worker|serving (?:on|at|http|requests)|is ready\b|Tomcat started|Netty started|Listening at)/i
const stated =
  /\b(?:warm\w*|load\w*|initiali[sz]\w*|start\w*|boot\w*|prepar\w*|build\w*|restor\w*|replay\w*|recover\w*|compil\w*|index\w*|preload\w*|sync\w*|estimated?|eta|takes?|about|approx\w*)\b[^\n]{0,60}?\b(\d+(?:\.\d+)?) ?(s|sec|secs|seconds?|m|min|mins|minutes?)\b/i
const startVariable = /(?:WARM|START|BOOT|INIT|PRELOAD)\w*(?:SECONDS?|SECS?|DELAY|DURATION|TIME|_S)?$/

/** How far the judged run came, and how long a start takes where the program or its settings say so. */
export interface StartOfRun {
  finished: boolean
  /** Seconds. */
  needed?: number
  /** Where `needed` is written. */
  said_by?: string
}

/** Reads the start of a run from its records. */
export function startOfRun({ records, spec }: Situation): StartOfRun {
  const isFinished = records.some((record) => finished.test(record.message))
  for (const record of records) {
    const match = stated.exec(record.message)
    if (match)
      return { finished: isFinished, needed: seconds(match[1], match[2]), said_by: record.message.slice(0, 80) }
  }
  for (const variable of spec.env ?? []) {
    const match = /^(\d+(?:\.\d+)?) ?(s|sec|seconds|m|min|minutes)?$/i.exec(variable.value ?? '')
    if (startVariable.test(variable.name) && match)
      return {
        finished: isFinished,
        needed: seconds(match[1], match[2]),
        said_by: `${variable.name}=${variable.value}`,
      }
  }
  return { finished: isFinished }
}

function seconds(amount: string | undefined, unit: string | undefined): number {
  return Math.ceil(Number(amount) * (unit?.toLowerCase().startsWith('m') ? 60 : 1))
}
