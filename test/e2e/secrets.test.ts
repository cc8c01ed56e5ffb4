import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SpawnedService, spawnService } from '#test/helpers/spawn-service.ts'

/*
 * Recorded env values hold passwords in clear. Whatever is asked, none of them may turn up in an answer, in the store, in the
 * checkpoints or in the log. Values are gathered here in a simple way of their own, not with the service's.
 */

const folder = resolve(process.env['SRE_AGENT_SCENARIOS'] || 'practice/incidents')
const incidents = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'expected.json')))
const secretName = /pass|pwd|secret|token|api_?key|private_?key|credential|dsn/i
const passwordInUrl = /:\/\/[^:/\s]*:([^@/\s]+)@/g

/** Values in clear under a name that says secret, and passwords inside addresses. */
function secretsIn(value: unknown): string[] {
  if (typeof value === 'string') return [...value.matchAll(passwordInUrl)].flatMap(([, password]) => password ?? [])
  if (Array.isArray(value)) return value.flatMap(secretsIn)
  if (typeof value !== 'object' || value === null) return []
  const named = 'name' in value && 'value' in value ? { [String(value.name)]: value.value } : value
  return Object.entries(named).flatMap(([name, inner]) =>
    typeof inner === 'string' && secretName.test(name) && isPlainSecret(inner) ? [inner] : secretsIn(inner),
  )
}

/** No path, number, switch, reference or name of an object. */
function isPlainSecret(value: string): boolean {
  return (
    /^[^\s/$]{3,100}$/.test(value) &&
    !/^(?:\d+|true|false|REDACTED)$/i.test(value) &&
    !/^[a-z]+(?:-[a-z]+)+$/.test(value)
  )
}

function readJson(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
}

/** `expected.json`, as far as it tells how to ask. */
function questionsOf(incident: string): unknown[] {
  const { namespace, event, symptom } = readJson(join(folder, incident, 'expected.json'))
  const whole = { namespace, resource_kind: 'Namespace', resource_name: namespace }
  return [...(event ? [event] : []), whole, { ...whole, event_data: { message: symptom } }]
}

const podSpecs = new Set(['Pod', 'Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'ConfigMap'])

function recordedSecrets(): string[] {
  const found = incidents.flatMap((incident) => {
    const items = readJson(join(folder, incident, 'objects.json'))['items'] as { kind: string }[]
    return items.filter(({ kind }) => podSpecs.has(kind)).flatMap(secretsIn)
  })
  return [...new Set(found)]
}

const escaped = (text: string) => RegExp.escape(text)

describe('passwords in recorded objects', () => {
  const secrets = recordedSecrets()
  const answers: string[] = []
  let service: SpawnedService

  beforeAll(async () => {
    service = await spawnService({ env: { SRE_AGENT_SCENARIOS: folder, LOG_LEVEL: 'trace' } })
    const questions = incidents.flatMap(questionsOf)
    expect(questions.length).toBeGreaterThan(incidents.length)
    for (const question of questions) {
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(`${service.url}/decide`, { method: 'POST', headers, body: JSON.stringify(question) })
      expect(response.status).toBe(200)
      answers.push(await response.text())
    }
    answers.push(await (await fetch(`${service.url}/api/incidents?limit=200`)).text())
  })
  afterAll(() => service.remove())

  it('are there, so that the rest of this proves something', () => {
    expect(secrets.length).toBeGreaterThan(0)
  })

  /** As a word of its own: a short password may happen to stand inside a longer identifier. */
  const leaksIn = (text: string): string[] =>
    secrets.filter((secret) => new RegExp(`(?<![A-Za-z0-9])${escaped(secret)}(?![A-Za-z0-9])`).test(text))

  it('do not turn up in answers', () => {
    expect(answers.filter((answer) => leaksIn(answer).length > 0)).toEqual([])
  })

  it('do not turn up in the store, its journal or the checkpoints', () => {
    const files = readdirSync(join(service.store, '..'))
    expect(files.length).toBeGreaterThan(1)
    const leaking = files.filter((file) => leaksIn(readFileSync(join(service.store, '..', file), 'latin1')).length > 0)
    expect(leaking).toEqual([])
  })

  it('do not turn up in the log, however much it tells', () => {
    expect(service.stderr()).toContain('"request"')
    expect(leaksIn(service.stderr())).toEqual([])
  })
})
