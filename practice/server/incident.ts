import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import type { ApiObject } from './api-object.ts'
import type { GeneratedLog } from './generated-log.ts'
import { type ClockShift, createClockShift, shiftLogTimes, shiftObjectTimes } from './clock-shift.ts'
import type { Dialect } from './reword/dialect.ts'
import { rewordLog } from './reword/reword-log.ts'

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

/** Reads one incident's folder. Logs are read when they are asked for, and told in `dialect` where one is given. */
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
