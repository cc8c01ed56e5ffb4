import { type MaintenanceWindow, type Weekday, weekdays } from '#src/domain/service-catalogue.ts'

/* Weekly windows follow the clock on the wall of their time zone, daylight saving included. */

const formats = new Map<string, Intl.DateTimeFormat>()

/** Is the window open at the moment (epoch milliseconds)? */
export function isOpen(window: MaintenanceWindow, now: number): boolean {
  if ('starts_at' in window) return Date.parse(window.starts_at) <= now && now < Date.parse(window.ends_at)
  const { day, minute } = wallClock(window.time_zone, now)
  const [from, to] = [minutesOf(window.from), minutesOf(window.to)]
  const opensOn = (offset: number) => window.days.includes(dayAfter(day, offset))
  if (from < to) return opensOn(0) && from <= minute && minute < to
  return (opensOn(0) && from <= minute) || (opensOn(-1) && minute < to)
}

function minutesOf(time: string): number {
  const [hours = '0', minutes = '0'] = time.split(':')
  return Number(hours) * 60 + Number(minutes)
}

function dayAfter(day: Weekday, offset: number): Weekday {
  return weekdays[(weekdays.indexOf(day) + offset + 7) % 7] ?? day
}

function wallClock(time_zone: string, now: number): { day: Weekday; minute: number } {
  const parts = new Map(
    formatOf(time_zone)
      .formatToParts(now)
      .map(({ type, value }) => [type, value]),
  )
  const name = parts.get('weekday')?.toLowerCase()
  const day = weekdays.find((known) => known === name) ?? 'sun'
  return { day, minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')) }
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known) return known
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  formats.set(timeZone, format)
  return format
}
