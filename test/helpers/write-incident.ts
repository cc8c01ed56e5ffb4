import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A made-up incident: raw objects as a server has them, and logs by file name (`pod__container`, with `.previous` or `.error` parts). */
export interface WrittenIncident {
  items: object[]
  events?: object[]
  logs?: Record<string, string>
  recorded_at?: string
}

/** Writes an incident in the format of the recorded ones to a folder of its own; `remove` takes the folder away. */
export function writeIncident({ items, events, logs = {}, recorded_at = '2026-11-20T10:00:00Z' }: WrittenIncident): {
  folder: string
  remove(): void
} {
  const folder = mkdtempSync(join(tmpdir(), 'incident-'))
  const list = { apiVersion: 'v1', kind: 'List', metadata: { recordedAt: recorded_at }, items }
  writeFileSync(join(folder, 'objects.json'), JSON.stringify(list))
  if (events) writeFileSync(join(folder, 'events.k8s.io.json'), JSON.stringify({ ...list, items: events }))
  mkdirSync(join(folder, 'logs'))
  for (const [name, text] of Object.entries(logs)) writeFileSync(join(folder, 'logs', name), text)
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
