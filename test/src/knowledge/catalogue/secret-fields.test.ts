import { describe, expect, it } from 'vitest'
import type { CatalogueEntry } from '#src/domain/catalogue.ts'
import { secretFields } from '#src/knowledge/catalogue.ts'
import { createRedactor } from '#src/redaction/create-redactor.ts'

const entry = (over: object): CatalogueEntry => ({
  kind: 'channel',
  name: 'oncall',
  services: ['checkout'],
  system: 'slack',
  address: '#checkout',
  ...over,
})
const found = (over: object) => secretFields(entry(over), createRedactor())

describe('src/knowledge/catalogue/secret-fields', () => {
  it.each([
    {},
    { note: 'it was [redacted:token] before' },
    { address: 'https://example.slack.com/archives/C0123456789' },
    { address: 'oncall@example.com' },
    { kind: 'log_source', query: '{app="checkout"} |= "password is wrong"' },
  ])('finds nothing in %j', (over) => {
    expect(found(over)).toEqual([])
  })

  it.each([
    [{ address: 'https://hooks.slack.com/services/T00000000/B00000000/abcdefghijkl' }, 'address'],
    [{ address: 'https://example.webhook.office.com/webhookb2/1' }, 'address'],
    [{ note: `use ghp_${'a1B2'.repeat(9)}` }, 'note'],
    [{ url: 'https://logs.example/?api_key=abcdef0123456789' }, 'url'],
    [{ services: ['checkout', 'password=hunter2hunter2'] }, 'services.1'],
  ])('finds the secret of %j', (over, path) => {
    expect(found(over)).toEqual([path])
  })
})
