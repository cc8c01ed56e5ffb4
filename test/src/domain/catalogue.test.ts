import { describe, expect, it } from 'vitest'
import { CatalogueEntry } from '#src/domain/catalogue.ts'

const repository = { kind: 'repository', name: 'example/checkout', services: ['checkout'] }
const logs = { kind: 'log_source', name: 'checkout logs', services: ['checkout'], system: 'loki' }
const channel = { kind: 'channel', name: 'checkout', services: ['checkout'], system: 'slack', address: '#checkout' }

function flawsOf(value: unknown): string[] {
  const parsed = CatalogueEntry.safeParse(value)
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
}

describe('src/domain/catalogue', () => {
  it.each([
    repository,
    { ...repository, url: 'https://git.example:8443/example/checkout?tab=code', default_branch: 'release/1.x' },
    { ...repository, path: 'services/checkout..v2/.' },
    logs,
    { ...logs, query: '{app="checkout"}\n|= "error"', services: ['checkout', 'shop/worker'], note: 'kept for 30 days' },
    { ...channel, name: 'Zahlungs-Kanäle / 支付' },
  ])('takes %j', (entry) => {
    expect(CatalogueEntry.parse(entry)).toEqual(entry)
  })

  it('knows a repository whatever the capitals', () => {
    expect(CatalogueEntry.parse({ ...repository, name: 'Example/Checkout' }).name).toBe('example/checkout')
  })

  it.each([
    [{ ...repository, kind: 'runbook' }, 'kind'],
    [{ ...repository, name: 'checkout' }, 'name: a repository as owner/name'],
    [{ ...repository, name: '../checkout' }, 'name: a repository'],
    [{ ...repository, name: 'example/..' }, 'name: a repository'],
    [{ ...repository, services: [] }, 'services: a list of 1 to 50 services'],
    [{ ...repository, services: Array.from({ length: 51 }, () => 'a') }, 'services: a list of 1 to 50 services'],
    [{ ...repository, services: ['x'.repeat(254)] }, 'services.0: the name of a service'],
    [{ ...repository, services: 'checkout' }, 'services: a list'],
    [{ ...repository, url: 'https://ada:secret@git.example/x' }, 'url: an address with http:// or https://'],
    [{ ...repository, url: 'https://token@git.example/x' }, 'url: an address'],
    [{ ...repository, url: 'file:///etc/passwd' }, 'url: an address'],
    [{ ...repository, url: 'javascript:alert(1)' }, 'url: an address'],
    [{ ...repository, default_branch: 'my branch' }, 'default_branch: the name of a branch'],
    [{ ...repository, path: '../other' }, 'path: a path within the repository'],
    [{ ...repository, path: 'a/../../b' }, 'path: a path'],
    [{ ...repository, path: '/etc' }, 'path: a path'],
    [{ ...repository, address: '#a' }, ': an object with services, url, default_branch, path, note'],
    [{ ...logs, system: 'splunk' }, 'system: one of kubernetes, loki, elasticsearch, cloud_logging, cloudwatch, other'],
    [{ ...logs, query: ' ' }, 'query: a text of 1 to 4000 characters'],
    [{ ...logs, name: 'two\nlines' }, 'name: a name of 1 to 253 characters in one line'],
    [{ ...channel, name: '..' }, 'name: a name'],
    [{ ...channel, address: undefined }, 'address: a text of 1 to 500 characters in one line'],
    [{ ...channel, note: 'a\u001b[31m' }, 'note: a text'],
  ])('refuses %j', (entry, words) => {
    const flaws = flawsOf(entry)
    expect(flaws.length).toBeGreaterThan(0)
    expect(flaws.join('\n')).toContain(words)
  })
})
