import type { LogEntry } from './log-entry.ts'

interface Frame {
  call: string
  file: string
  line: string
}

type Style = (error: string, frames: Frame[]) => { message: string; more: string[] }

/** The traces of other runtimes, in the order of the dialects; each names the same places in the same order of depth. */
const styles: readonly Style[] = [
  (error, frames) => ({
    message: `Uncaught Error: ${error}`,
    more: frames.map(({ call, file, line }) => `    at ${call} (${file}:${line}:11)`),
  }),
  (error, frames) => ({
    message: `panic: ${error}`,
    more: [
      '',
      'goroutine 1 [running]:',
      ...frames.flatMap(({ call, file, line }) => [`${call}()`, `\t${file}:${line}`]),
    ],
  }),
  (error, frames) => ({
    message: 'Traceback (most recent call last):',
    more: [
      ...frames.toReversed().map(({ call, file, line }) => `  File "${file}", line ${line}, in ${call}`),
      `RuntimeError: ${error}`,
    ],
  }),
  (error, frames) => ({
    message: `Exception in thread "main" java.lang.IllegalStateException: ${error}`,
    more: frames.map(({ call, file, line }) => `\tat ${call}(${file.split('/').at(-1)}:${line})`),
  }),
]

/** A Go panic as another runtime would print it, with the same words and places; undefined where the entry is none. */
export function otherTrace(entry: LogEntry, style: number): LogEntry | undefined {
  const error = /^panic: (?:runtime error: )?(?<error>.+)$/.exec(entry.message)?.groups?.['error']
  const render = styles[style % styles.length]
  if (error === undefined || render === undefined) return undefined
  const frames = framesOf(entry.more)
  return frames.length === 0 ? undefined : { ...entry, ...render(error, frames) }
}

function framesOf(lines: readonly string[]): Frame[] {
  return lines.flatMap((line, index) => {
    const place = /^\t(?<file>\S+):(?<line>\d+)(?: \+0x[\da-f]+)?$/.exec(line)?.groups
    const call = /^(?<call>\S+?)\((?:0x[^)]*|\{.*|)\)?$/.exec(lines[index - 1] ?? '')?.groups?.['call']
    if (place?.['file'] === undefined || place['line'] === undefined || call === undefined) return []
    return [{ call, file: place['file'], line: place['line'] }]
  })
}
