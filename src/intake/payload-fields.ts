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
