import { describe, expect, it } from 'vitest'
import { eventEvidence, objectEvidence } from '#src/domain/evidence-draft.ts'
import { configMap, event, snapshot } from '#test/helpers/build-cluster.ts'

describe('src/domain/evidence-draft', () => {
  const map = configMap('settings')
  map.metadata.resourceVersion = '42'

  it('cites a field of an object by its path, version and the time of the snapshot', () => {
    const picture = snapshot([map])
    expect(objectEvidence(picture, map, '.data.URL', 'URL is empty')).toEqual({
      source: 'object',
      statement: 'URL is empty',
      observed_at: picture.taken_at,
      trust: 'api',
      ref: {
        object: {
          kind: 'ConfigMap',
          namespace: 'shop',
          name: 'settings',
          uid: map.metadata.uid,
          resource_version: '42',
          path: '.data.URL',
        },
      },
    })
  })

  it('marks what a workload wrote as its words', () => {
    expect(objectEvidence(snapshot([map]), map, '.data', 'x', 'workload_text').trust).toBe('workload_text')
  })

  it('cites an event with its object, its count and its message, never as words of the API', () => {
    const told = event(map, 'FailedMount', 'not found')
    expect(eventEvidence(told)).toMatchObject({
      source: 'event',
      statement: 'FailedMount on ConfigMap settings (5 times): not found',
      observed_at: told.last_seen,
      trust: 'workload_text',
      ref: { event: { uid: told.uid } },
    })
    expect(eventEvidence({ ...told, count: 1 }).statement).toBe('FailedMount on ConfigMap settings: not found')
  })
})
