import { describe, expect, it } from 'vitest'
import { cronStarts } from '#src/rules/jobs/cron-starts.ts'

const at = (time: string): number => Date.parse(`${time}:00Z`)
const starts = (schedule: string, from: string, until: string) =>
  cronStarts(schedule, at(from), at(until))?.map((time) => new Date(time).toISOString().slice(5, 16))

describe('src/rules/jobs/cron-starts', () => {
  it.each<[string, string, string, string[]]>([
    ['*/20 * * * *', '2026-03-04T11:00', '2026-03-04T12:00', ['03-04T11:20', '03-04T11:40', '03-04T12:00']],
    [
      '5,35 9-10 * * *',
      '2026-03-04T00:00',
      '2026-03-04T23:00',
      ['03-04T09:05', '03-04T09:35', '03-04T10:05', '03-04T10:35'],
    ],
    ['0 6 * * mon-fri', '2026-03-06T07:00', '2026-03-10T05:00', ['03-09T06:00']],
    ['0 6 * * 7', '2026-03-06T07:00', '2026-03-10T05:00', ['03-08T06:00']],
    ['0 0 1 jan,apr *', '2026-03-20T00:00', '2026-04-20T00:00', ['04-01T00:00']],
    ['0 0 13 * fri', '2026-03-10T00:00', '2026-03-20T12:00', ['03-13T00:00', '03-20T00:00']],
    ['15/20 0 * * *', '2026-03-04T00:00', '2026-03-04T02:00', ['03-04T00:15', '03-04T00:35', '03-04T00:55']],
    ['@daily', '2026-03-04T00:00', '2026-03-06T00:00', ['03-05T00:00', '03-06T00:00']],
  ])('reads %s', (schedule, from, until, expected) => {
    expect(starts(schedule, from, until)).toEqual(expected)
  })

  const inZone = (zone: string, schedule: string, from: string, until: string) =>
    cronStarts(schedule, at(from), at(until), zone)?.map((time) => new Date(time).toISOString().slice(5, 16))
  it.each<[string, string, string, string, string, string[]]>([
    [
      'east of Greenwich',
      'Asia/Tokyo',
      '0 3 * * *',
      '2026-03-01T00:00',
      '2026-03-02T23:00',
      ['03-01T18:00', '03-02T18:00'],
    ],
    ['with half an hour', 'Asia/Kolkata', '0 9 * * *', '2026-03-04T00:00', '2026-03-04T23:00', ['03-04T03:30']],
    [
      'across midnight, by its own weekday',
      'America/Los_Angeles',
      '30 22 * * sun',
      '2026-03-01T00:00',
      '2026-03-04T00:00',
      ['03-02T06:30'],
    ],
    [
      'a time that the clocks leave out',
      'Europe/Berlin',
      '30 2 * * *',
      '2026-03-28T00:00',
      '2026-03-30T12:00',
      ['03-28T01:30', '03-30T00:30'],
    ],
    [
      'a time that comes twice',
      'Europe/Berlin',
      '30 2 * * *',
      '2026-10-24T12:00',
      '2026-10-25T12:00',
      ['10-25T00:30', '10-25T01:30'],
    ],
    [
      'an hour later in summer',
      'America/New_York',
      '0 12 * * *',
      '2026-03-07T00:00',
      '2026-03-08T23:00',
      ['03-07T17:00', '03-08T16:00'],
    ],
  ])('goes by the clock on the wall: %s', (_, zone, schedule, from, until, expected) => {
    expect(inZone(zone, schedule, from, until)).toEqual(expected)
  })

  it.each(['Europe/Berln', '+02:00', '', 'Local'])('knows no time zone "%s"', (zone) => {
    expect(inZone(zone, '* * * * *', '2026-03-04T00:00', '2026-03-04T01:00')).toBeUndefined()
  })

  it.each(['', '* * * *', '61 * * * *', '5-1 * * * *', '*/0 * * * *', '@every 5m', '0 0 L * *', '* * * * * *'])(
    'gives no answer for what it does not know: "%s"',
    (schedule) => {
      expect(starts(schedule, '2026-03-04T00:00', '2026-03-05T00:00')).toBeUndefined()
    },
  )
})
