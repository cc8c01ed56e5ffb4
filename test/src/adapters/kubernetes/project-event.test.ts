import { describe, expect, it } from 'vitest'
import { projectEvent } from '#src/adapters/kubernetes/project-event.ts'

const metadata = { uid: 'u', namespace: 'shop', name: 'e', creationTimestamp: '2026-11-20T09:00:00Z' }
const about = { kind: 'Pod', namespace: 'shop', name: 'api', uid: 'p' }

describe('src/adapters/kubernetes/project-event', () => {
  const cases: [string, object, object][] = [
    [
      'a kubelet event with count and old times',
      {
        metadata,
        involvedObject: about,
        count: 4,
        firstTimestamp: '2026-11-20T09:01:00Z',
        lastTimestamp: '2026-11-20T09:05:00Z',
        eventTime: null,
        source: { component: 'kubelet' },
        reportingComponent: '',
      },
      { count: 4, first_seen: '2026-11-20T09:01:00Z', last_seen: '2026-11-20T09:05:00Z', reporter: 'kubelet' },
    ],
    [
      'a scheduler event without counts',
      {
        metadata,
        involvedObject: about,
        count: null,
        firstTimestamp: null,
        lastTimestamp: null,
        eventTime: '2026-11-20T09:02:00.123456Z',
        source: {},
        reportingComponent: 'default-scheduler',
      },
      {
        count: 1,
        first_seen: '2026-11-20T09:02:00.123456Z',
        last_seen: '2026-11-20T09:02:00.123456Z',
        reporter: 'default-scheduler',
      },
    ],
    [
      'a series',
      {
        metadata,
        involvedObject: about,
        eventTime: '2026-11-20T09:02:00.000000Z',
        series: { count: 9, lastObservedTime: '2026-11-20T09:08:00.000000Z' },
      },
      { count: 9, first_seen: '2026-11-20T09:02:00.000000Z', last_seen: '2026-11-20T09:08:00.000000Z' },
    ],
    [
      'the newer API with its deprecated fields',
      {
        metadata,
        regarding: about,
        note: 'told',
        deprecatedCount: 3,
        deprecatedFirstTimestamp: '2026-11-20T09:01:00Z',
        deprecatedLastTimestamp: '2026-11-20T09:03:00Z',
        reportingController: 'kubelet',
      },
      { count: 3, message: 'told', last_seen: '2026-11-20T09:03:00Z', reporter: 'kubelet' },
    ],
    [
      'an event with no time but its creation',
      { metadata, involvedObject: about },
      { count: 1, first_seen: '2026-11-20T09:00:00Z', last_seen: '2026-11-20T09:00:00Z', message: '' },
    ],
  ]
  it.each(cases)('reads %s', (_, raw, expected) => {
    expect(projectEvent(raw)).toMatchObject({ uid: 'u', namespace: 'shop', regarding: about, ...expected })
  })

  it.each([[null], ['text'], [{}], [{ metadata }], [{ metadata, involvedObject: { kind: 'Pod' } }]])(
    'leaves out what says nothing: %j',
    (raw) => {
      expect(projectEvent(raw)).toBeUndefined()
    },
  )
})
