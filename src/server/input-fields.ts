import { z } from 'zod'

/* Fields that queries and bodies share. The message of each says what is allowed. */

const dateError = 'a date and time as in ISO 8601, such as 2026-11-21T08:00:00Z'

/** A moment; parsed to UTC. */
export const moment = () =>
  z.iso.datetime({ offset: true, error: dateError }).transform((text) => new Date(text).toISOString())

/** A whole number within bounds. */
export const wholeNumber = (min: number, max: number) => {
  const error = `a whole number from ${min} to ${max}`
  return z
    .string({ error })
    .regex(/^\d{1,10}$/, { error })
    .transform(Number)
    .pipe(z.int({ error }).min(min, { error }).max(max, { error }))
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

const cursorError = 'next_cursor of the page before'

/** Where the page before ended. */
export const cursor = () => z.string({ error: cursorError }).regex(/^[\w=.~:+/-]{1,512}$/, { error: cursorError })

/** A text that a person writes: `freeText('a reason', 500)`. */
export const freeText = (what: string, maxLength: number) => {
  const error = `${what} of 1 to ${maxLength} characters`
  return z.string({ error }).trim().min(1, { error }).max(maxLength, { error })
}

const hashError = 'the plan_hash of the approval, 64 hex digits: it says which plan you have seen'

/** The plan that an answer is for; a request without it, or with another one, changes nothing. */
export const planHash = z.string({ error: hashError }).regex(/^[0-9a-f]{64}$/, { error: hashError })
