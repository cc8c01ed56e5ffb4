import { describe, expect, it } from 'vitest'
import { buildSyntheticNamespaces, parseArguments } from '#practice/server/practice-cluster.ts'

const size = { namespace: 'many', pods: 20, broken: 5, pods_per_deployment: 5, services: true }
const waiting = (objects: object[]) => objects.filter((object) => JSON.stringify(object).includes('BackOff'))

describe('practice/server/practice-cluster', () => {
  it('makes so many namespaces, every fifth with broken pods', () => {
    const incidents = buildSyntheticNamespaces(size, 10, Date.now())
    expect(incidents.map(({ namespaces }) => namespaces[0]).slice(0, 2)).toEqual(['many-001', 'many-002'])
    expect(incidents.map(({ objects }) => waiting(objects).length > 0)).toEqual(
      Array.from({ length: 10 }, (_, index) => index % 5 === 0),
    )
  })

  it('gives objects of different namespaces uids of their own', () => {
    const objects = buildSyntheticNamespaces(size, 3, Date.now()).flatMap((incident) => incident.objects)
    const uids = objects.filter(({ kind }) => kind !== 'Node').map(({ metadata }) => metadata.uid)
    expect(new Set(uids).size).toBe(uids.length)
  })

  it('needs no incidents, and takes a few pods in each where nothing else is said', () => {
    expect(parseArguments(['--synthetic-namespaces=200'])).toMatchObject({
      incidents: [],
      synthetic_namespaces: 200,
      synthetic: { namespace: 'synthetic', pods: 20, broken: 5, pods_per_deployment: 5 },
    })
    expect(parseArguments(['--synthetic-pods=7'])).not.toHaveProperty('synthetic_namespaces')
  })
})
