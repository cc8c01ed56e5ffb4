import { z } from 'zod'

/* Fields that queries share. The message of each says what is allowed. */

const dateWords = 'a date and time as in ISO 8601, such as 2026-11-21T08:00:00Z'

/** A moment; comes out in UTC. */
export const moment = () =>
  z.iso.datetime({ offset: true, error: dateWords }).transform((text) => new Date(text).toISOString())

/** A whole number within bounds. */
export const wholeNumber = (least: number, most: number) => {
  const error = `a whole number from ${least} to ${most}`
  return z
    .string({ error })
    .regex(/^\d{1,10}$/, { error })
    .transform(Number)
    .pipe(z.int({ error }).min(least, { error }).max(most, { error }))
}

/** Several of a closed list, separated by commas. */
export const someOf = <Name extends z.ZodEnum>(names: Name) => {
  const error = `one or several of ${names.options.join(', ')}, separated by commas`
  return z
    .string({ error })
    .max(500, { error })
    .transform((text, context): z.output<Name>[] => {
      const parsed = z.array(names).safeParse(text.split(','))
      if (parsed.success) return parsed.data
      context.issues.push({ code: 'custom', message: error, input: text })
      return z.NEVER
    })
}

/** A name as Kubernetes or a sender gives it. */
export const name = () => {
  const error = 'a name of at most 253 characters'
  return z
    .string({ error })
    .max(253, { error })
    .regex(/^[^\p{Cc}\p{Cs}]+$/u, { error })
}

const cursorWords = 'next_cursor of the page before'

/** Where the page before ended. */
export const cursor = () => z.string({ error: cursorWords }).regex(/^[\w=.~:+/-]{1,512}$/, { error: cursorWords })
