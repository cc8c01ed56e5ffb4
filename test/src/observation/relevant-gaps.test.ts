import { describe, expect, it } from 'vitest'
import { summarizeGaps } from '#src/observation/relevant-gaps.ts'

const refused = (resource: string, scope = 'in namespace shop') => ({
  what: `${resource} ${scope}`,
  why: '403 Forbidden',
  needs: `list on ${resource} ${scope}`,
})

describe('src/observation/relevant-gaps', () => {
  it('tells the same gap once', () => {
    expect(summarizeGaps([refused('pods'), refused('pods')])).toEqual([refused('pods')])
  })

  it('leaves a few gaps as they are', () => {
    const few = ['pods', 'jobs', 'secrets'].map((resource) => refused(resource))
    expect(summarizeGaps(few)).toEqual(few)
  })

  it('joins many refusals of one scope and still names every permission', () => {
    const many = ['pods', 'jobs', 'secrets', 'services', 'events'].map((resource) => refused(resource))
    expect(summarizeGaps([...many, refused('nodes', 'in the cluster')])).toEqual([
      {
        what: 'pods in namespace shop, jobs in namespace shop, secrets in namespace shop and 2 more',
        why: '403 Forbidden',
        needs: 'list on pods, jobs, secrets, services, events in namespace shop',
      },
      refused('nodes', 'in the cluster'),
    ])
  })

  it('joins failures of one reason', () => {
    const slow = [1, 2, 3, 4].map((index) => ({ what: `thing ${index}`, why: 'timed out after 5 s', needs: 'time' }))
    expect(summarizeGaps(slow)).toEqual([
      { what: 'thing 1, thing 2, thing 3 and 1 more', why: 'timed out after 5 s', needs: 'time' },
    ])
  })
})
