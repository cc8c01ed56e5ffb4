import { describe, expect, it } from 'vitest'
import { nearName } from '#src/rules/kit/names.ts'

describe('src/rules/kit/names', () => {
  it.each([
    ['password', ['username', 'passwd'], 'passwd'],
    ['passwd', ['user', 'password'], 'password'],
    ['indexr', ['indexer'], 'indexer'],
    ['application.yml', ['application.yaml'], 'application.yaml'],
    ['DB_PASSWORD', ['db_password'], 'db_password'],
    ['2.41.0', ['2.4.0'], '2.4.0'],
  ])('takes %s for a slip of one of %j', (name, candidates, expected) => {
    expect(nearName(name, candidates)).toBe(expected)
  })

  it.each([
    ['fr.json', ['en.json']],
    ['fr.json', ['en.json', 'de.json']],
    ['password', ['host', 'port']],
    ['worker', ['worked', 'worken']],
    ['token', []],
  ])('leaves %s with %j to a person', (name, candidates) => {
    expect(nearName(name, candidates)).toBeUndefined()
  })
})
