import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConfigError } from '#src/config/config.ts'
import { loadConfig } from '#src/config/load-config.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'services-'))
  mkdirSync(join(root, 'configs'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const load = () => loadConfig({ env: {}, cwd: root, root }).services

function problemsOf(yaml: string): [where: string, was: string, allowed: string][] {
  writeFileSync(join(root, 'configs/services.yaml'), yaml)
  try {
    load()
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ where, was, allowed }) => [where, was, allowed])
    throw error
  }
  return []
}

describe('src/config/services-file', () => {
  it('is not needed', () => {
    expect(load()).toEqual({ clusters: [], services: [] })
  })

  it('reads the example', () => {
    copyFileSync('configs/services.example.yaml', join(root, 'configs/services.yaml'))
    expect(load()).toMatchObject({
      clusters: [],
      services: [
        {
          name: 'checkout',
          tier: 'critical',
          namespaces: ['checkout'],
          workloads: [{ kind: 'Deployment', namespace: 'shared', name: 'checkout-worker' }],
          maintenance: [{ starts_at: '2027-01-10T22:00:00.000Z' }, { days: ['sun'], time_zone: 'Europe/Berlin' }],
        },
      ],
    })
  })

  it('gives a service that only has a name the rest by default', () => {
    writeFileSync(join(root, 'configs/services.yaml'), 'services: {shop: {}}')
    expect(load().services).toEqual([
      { name: 'shop', aliases: [], namespaces: [], workloads: [], repositories: [], tier: 'normal', maintenance: [] },
    ])
  })

  it('names every value that cannot be used, and what is allowed', () => {
    const problems = problemsOf(`
services:
  shop:
    tier: huge
    workloads: [deploy/shop]
    teir: low
    maintenance:
      - {starts_at: tomorrow, ends_at: 2027-01-01T00:00:00Z}
      - {starts_at: 2027-01-02T00:00:00Z, ends_at: 2027-01-01T00:00:00Z}
      - {days: [someday], from: "8:00", to: "09:00", time_zone: Mars/Olympus}
      - {days: [mon], from: "08:00", to: "09:00", every: week}
`)
    const at = (path: string) => problems.find(([where]) => where === `configs/services.yaml: services.shop.${path}`)
    expect(at('tier')?.[2]).toContain('critical, high, normal, low')
    expect(at('workloads.0')?.[2]).toContain('Kind/namespace/name')
    expect(at('teir')).toEqual([expect.any(String), 'not a known key', expect.stringContaining('namespaces')])
    expect(at('maintenance.0.starts_at')?.[1]).toBe('"tomorrow"')
    expect(at('maintenance.1.ends_at')?.[2]).toBe('ends_at after starts_at')
    expect(at('maintenance.2.days.0')?.[2]).toContain('sat')
    expect(at('maintenance.2.from')?.[2]).toContain('HH:MM')
    expect(at('maintenance.2.time_zone')?.[2]).toContain('IANA')
    expect(at('maintenance.3')?.[2]).toContain('every')
  })
})
