import { z } from 'zod'

/* Fields as forwarders send them: null and the empty string mean "not given". */

/** An optional text. */
export const optionalText = z
  .string()
  .max(262_144)
  .nullish()
  .transform((text) => text?.trim() || undefined)

/** An optional time; what cannot be read as one is left out. */
export const optionalTime = z
  .string()
  .nullish()
  .transform((text) => (text && !Number.isNaN(Date.parse(text)) ? new Date(text).toISOString() : undefined))

/** The object that an event is about, in either event API. */
export const EventSubject = z.object({
  kind: optionalText,
  namespace: optionalText,
  name: optionalText,
})

/** Metadata of an event object. */
export const EventMetadata = z
  .object({ namespace: optionalText, uid: optionalText, creationTimestamp: optionalTime })
  .nullish()

/** An optional time as text or as seconds or milliseconds since 1970; what cannot be read as one is left out. */
export const optionalMoment = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => momentOf(value ?? undefined))

function momentOf(value: string | number | undefined): string | undefined {
  if (value === undefined || value === '') return undefined
  const figure = typeof value === 'number' || /^\d{9,16}(?:\.\d+)?$/.test(value) ? Number(value) : undefined
  const ms = figure === undefined ? Date.parse(String(value)) : figure < 100_000_000_000 ? figure * 1000 : figure
  return Number.isFinite(ms) && ms > 0 && ms < 8e15 ? new Date(ms).toISOString() : undefined
}

/** An optional text that some senders write as a figure. */
export const optionalWord = z
  .union([z.string().max(4096), z.number(), z.boolean()])
  .nullish()
  .transform((value) => (value === null || value === undefined ? undefined : String(value).trim() || undefined))

const maxPairs = 256

/** Labels: pairs of texts; figures become texts, what is nested is left out. */
export const textMap = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((pairs) => {
    const texts: Record<string, string> = {}
    for (const [key, value] of Object.entries(pairs ?? {}).slice(0, maxPairs)) {
      if (typeof value === 'string') texts[key] = value.slice(0, 4096)
      else if (typeof value === 'number' || typeof value === 'boolean') texts[key] = String(value)
    }
    return texts
  })

/** Most items of one delivery. */
export const maxItems = 1000
