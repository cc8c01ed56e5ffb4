const formats = new Map<string, Intl.DateTimeFormat | undefined>()
const shortOffset = /^GMT(?:([+-])(\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?)?$/

/** How far the clocks of a time zone are ahead of UTC at a moment, in milliseconds; undefined for a zone that is not known. */
export function zoneOffset(zone: string, time: number): number | undefined {
  const format = formatOf(zone)
  const name = format?.formatToParts(time).find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const [known, sign, hours = '0', minutes = '0', seconds = '0'] = shortOffset.exec(name) ?? []
  if (known === undefined) return undefined
  const ahead = Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1000
  return sign === '-' ? -ahead : ahead
}

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  if (formats.has(zone)) return formats.get(zone)
  const format = createFormat(zone)
  formats.set(zone, format)
  return format
}

/** An offset such as `+02:00` is a zone to this runtime and none to Kubernetes. */
function createFormat(zone: string): Intl.DateTimeFormat | undefined {
  if (!/^[A-Za-z]/.test(zone)) return undefined
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
  } catch {
    return undefined
  }
}
