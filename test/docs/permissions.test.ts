import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { kindPaths } from '#src/adapters/kubernetes/kind-paths.ts'

interface Rule {
  apiGroups: string[]
  resources: string[]
  verbs: string[]
}

const page = readFileSync('docs/permissions.md', 'utf8')
const role = page
  .split('\n')
  .filter((line) => line.startsWith('    '))
  .join('\n')
const { rules } = parse(role) as { rules: Rule[] }
const granted = rules.flatMap(({ apiGroups, resources }) =>
  apiGroups.flatMap((group) => resources.map((resource) => `${group}/${resource}`)),
)

describe('docs/permissions.md', () => {
  it('grants what is read, and nothing else', () => {
    const read = Object.values(kindPaths).map(({ api_version, plural }) => {
      const group = api_version.includes('/') ? api_version.split('/')[0] : ''
      return `${group}/${plural}`
    })
    expect(granted.toSorted()).toEqual([...read, '/events', '/pods/log'].toSorted())
  })

  it('grants no verb that writes', () => {
    const verbs = new Set(rules.flatMap((rule) => rule.verbs))
    expect([...verbs].toSorted()).toEqual(['get', 'list', 'watch'])
  })
})
