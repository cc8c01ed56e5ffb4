import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import type { ApiObject } from './api.ts'
import type { GeneratedLog } from './generated-log.ts'
import { type ClockShift, createClockShift, shiftLogTimes, shiftObjectTimes } from './clock-shift.ts'
import { type Dialect, dialects, paraphrases } from './reword.ts'

/** A container's log as recorded, or the API's own error where there was none; a made-up one may be of any length. */
export type LogRecording = { text: string } | { error: string } | { generated: GeneratedLog }

/** One recorded incident with its clock moved, so that the recording ends now. */
export interface Incident {
  name: string
  namespaces: string[]
  objects: ApiObject[]
  /** The events in their events.k8s.io/v1 form. */
  events: ApiObject[]
  readLog(pod: string, container: string, previous: boolean): LogRecording | undefined
}

/** What the kubelet answers in place of a log; no program said it. */
const notTheProgram = /^unable to retrieve container logs for /

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

const renderers: Record<Dialect, (entry: LogEntry) => string[]> = {
  json: renderJson,
  klog: renderKlog,
  logfmt: renderLogfmt,
  plain: renderPlain,
}

/** pino's numbers. */
const numbers: Record<EntryLevel, number> = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60 }

const letters: Record<EntryLevel, string> = { trace: 'I', debug: 'I', info: 'I', warn: 'W', error: 'E', fatal: 'F' }

type EntryLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'

/** One thing that a recorded program said: a stamped line, or a block of lines without a stamp, such as a stack trace. */
interface LogEntry {
  time?: string
  level?: EntryLevel
  logger?: string
  message: string
  /** Lines that belong to the first one. */
  more: string[]
}

const levels: Record<string, EntryLevel> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  LOG: 'info',
  NOTICE: 'info',
  HINT: 'info',
  DETAIL: 'info',
  STATEMENT: 'info',
  WARN: 'warn',
  WARNING: 'warn',
  ERROR: 'error',
  FATAL: 'fatal',
  PANIC: 'fatal',
  CRITICAL: 'fatal',
}

const stamped =
  /^(?<time>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?)(?:Z| UTC)?\s+(?:\[\d+\] )?(?<level>[A-Z]{3,8}):?\s+(?:\[(?<logger>[\w./-]+)\] )?(?<message>.*)$/

const opensBlock =
  /^(?:panic: |fatal error: |goroutine \d+ \[|Traceback |Exception in thread|Error: |\S+: error: |\S+: (?:invalid|unknown|unrecognized) )/

const endsBadly = /^(?:panic: |fatal error: |Exception in thread|Traceback )/

const complains = /\berror\b|^\S+: (?:invalid|unknown|unrecognized) /i

/** A mistake in what was given on the command line or in a folder; its message is for the user as it is. */
export class SetupError extends Error {}

/** The incident folders under `path`: itself, or its children that hold an objects.json. */
export function findIncidentFolders(path: string): string[] {
  const folder = resolve(path)
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new SetupError(`--incidents: no folder ${folder}`)
  if (existsSync(join(folder, 'objects.json'))) return [folder]
  const found = readdirSync(folder)
    .toSorted()
    .map((name) => join(folder, name))
    .filter((child) => existsSync(join(child, 'objects.json')))
  if (found.length === 0) throw new SetupError(`--incidents: no recorded incident (objects.json) in ${folder}`)
  return found
}

function parseList(path: string, text: string): ApiObject[] {
  try {
    const list = JSON.parse(text) as { items: ApiObject[] }
    if (Array.isArray(list.items)) return list.items
  } catch (error) {
    throw new SetupError(`--incidents: ${path} is not JSON: ${error instanceof Error ? error.message : 'unreadable'}`)
  }
  throw new SetupError(`--incidents: ${path} holds no items`)
}

function readIfThere(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

function createLogReader(folder: string, shift: ClockShift, dialect: Dialect | undefined): Incident['readLog'] {
  const tell = (text: string) => (dialect === undefined ? text : rewordLog(text, dialect))
  const known = new Map<string, LogRecording | undefined>()
  return (pod, container, previous) => {
    const path = join(folder, 'logs', `${pod}__${container}${previous ? '.previous' : ''}.log`)
    if (known.has(path)) return known.get(path)
    const text = readIfThere(path)
    const error = text === undefined ? readIfThere(`${path}.error`) : undefined
    const recording =
      text === undefined ? (error === undefined ? undefined : { error }) : { text: tell(shiftLogTimes(text, shift)) }
    known.set(path, recording)
    return recording
  }
}

/** Reads one incident's folder. Logs are read when they are requested, and reworded where `dialect` is given. */
export function loadIncident(folder: string, now: number, dialect?: Dialect): Incident {
  const path = join(folder, 'objects.json')
  const raw = readFileSync(path, 'utf8')
  const recordedAt = /"recordedAt"\s*:\s*"([^"]+)"/.exec(raw)?.[1]
  if (recordedAt === undefined || Number.isNaN(Date.parse(recordedAt)))
    throw new SetupError(`--incidents: ${path} has no metadata.recordedAt`)
  const shift = createClockShift(recordedAt, now)
  const objects = parseList(path, shiftObjectTimes(raw, shift))
  const eventsPath = join(folder, 'events.k8s.io.json')
  const events = readIfThere(eventsPath)
  return {
    name: basename(folder),
    namespaces: objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name),
    objects,
    events: events === undefined ? [] : parseList(eventsPath, shiftObjectTimes(events, shift)),
    readLog: createLogReader(folder, shift, dialect),
  }
}

/**
 * A recorded log as another program would have written it: in the format of the dialect, and in other words. Times, levels,
 * names, hosts, ports, values and places stay; a message that no rule knows keeps its words.
 */
export function rewordLog(text: string, dialect: Dialect): string {
  if (text === '' || notTheProgram.test(text)) return text
  const lines = text.replace(/\n$/, '').split('\n')
  const reworded = readEntries(lines).flatMap((entry) => renderEntry(reword(entry, dialect), dialect))
  return `${reworded.join('\n')}\n`
}

function reword(entry: LogEntry, dialect: Dialect): LogEntry {
  const style = dialects.indexOf(dialect)
  const trace = otherTrace(entry, style)
  if (trace) return trace
  const known = paraphrases.find(({ pattern }) => pattern.test(entry.message))
  if (!known) return entry
  return { ...entry, message: entry.message.replace(known.pattern, known.wordings[style] ?? '$&') }
}

/** A Go panic as another runtime would print it, with the same words and places; undefined where the entry is none. */
function otherTrace(entry: LogEntry, style: number): LogEntry | undefined {
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

/** An entry as the lines that a program of this dialect writes. */
function renderEntry(entry: LogEntry, dialect: Dialect): string[] {
  // What a runtime prints without a stamp of its own, it prints so in every dialect, unless a logger catches it.
  if (entry.time === undefined && entry.level === undefined) return [entry.message, ...entry.more]
  return renderers[dialect](entry)
}

function renderJson({ time, level = 'info', logger, message, more }: LogEntry): string[] {
  const stack = more.length > 0 ? { err: { type: 'Error', message, stack: [message, ...more].join('\n') } } : {}
  const stamp = time === undefined ? {} : { time: Date.parse(time) }
  const name = logger === undefined ? {} : { name: logger }
  return [JSON.stringify({ level: numbers[level], ...stamp, pid: 1, ...name, ...stack, msg: message })]
}

function renderKlog({ time, level = 'info', logger, message, more }: LogEntry): string[] {
  if (time === undefined) return [message, ...more]
  const stamp = `${time.slice(5, 7)}${time.slice(8, 10)} ${time.slice(11, 23)}000`
  return [`${letters[level]}${stamp}       1 ${logger ?? 'main'}.go:87] ${message}`, ...more]
}

function renderLogfmt({ time, level = 'info', logger, message, more }: LogEntry): string[] {
  const stamp = time === undefined ? '' : `time=${time} `
  const name = logger === undefined ? '' : ` component=${logger}`
  const stack = more.length === 0 ? '' : ` stack=${JSON.stringify(more.join('\n'))}`
  const cut = /^(?<said>.{8,}?): (?<error>.+)$/.exec(message)?.groups
  const words =
    cut && (level === 'error' || level === 'fatal')
      ? `msg=${JSON.stringify(cut['said'])} err=${JSON.stringify(cut['error'])}`
      : `msg=${JSON.stringify(message)}`
  return [`${stamp}level=${level}${name} ${words}${stack}`]
}

/** Spring Boot's own layout. */
function renderPlain({ time, level = 'info', logger, message, more }: LogEntry): string[] {
  if (time === undefined) return [message, ...more]
  const word = level === 'fatal' ? 'ERROR' : level.toUpperCase()
  const stamp = time.replace('T', ' ').replace('Z', '')
  return [`${stamp} ${word.padStart(5)} 1 --- [           main] ${logger ?? 'app'} : ${message}`, ...more]
}

function readStamped(line: string): LogEntry | undefined {
  const { time, level, logger, message } = stamped.exec(line)?.groups ?? {}
  const known = level === undefined ? undefined : levels[level]
  if (time === undefined || known === undefined || message === undefined) return undefined
  const iso = new Date(`${time.replace(' ', 'T').replace(',', '.')}Z`)
  if (Number.isNaN(iso.getTime())) return undefined
  return { time: iso.toISOString(), level: known, message, more: [], ...(logger === undefined ? {} : { logger }) }
}

function levelOfBlock(line: string): Pick<LogEntry, 'level'> {
  if (endsBadly.test(line)) return { level: 'fatal' }
  return complains.test(line) ? { level: 'error' } : {}
}

/** A recorded log as entries; a line without a stamp joins the block that is open, or stands for itself. */
function readEntries(lines: readonly string[]): LogEntry[] {
  const entries: LogEntry[] = []
  let block: LogEntry | undefined
  for (const line of lines) {
    const entry = readStamped(line)
    if (entry) {
      entries.push(entry)
      block = undefined
      continue
    }
    if (block && !endsBadly.test(line)) {
      block.more.push(line)
      continue
    }
    const alone: LogEntry = { message: line, more: [], ...levelOfBlock(line) }
    entries.push(alone)
    block = opensBlock.test(line) ? alone : undefined
  }
  return entries.map((one) => ({ ...one, more: trimEnd(one.more) }))
}

function trimEnd(lines: string[]): string[] {
  const last = lines.findLastIndex((line) => line.trim() !== '')
  return lines.slice(0, last + 1)
}
