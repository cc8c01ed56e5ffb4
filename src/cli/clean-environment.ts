/** The variables that are set, with these put over them; an empty one counts as not set. */
export function cleanEnvironment(
  env: Record<string, string | undefined>,
  over: Record<string, string> = {},
): Record<string, string> {
  const set = Object.entries({ ...env, ...over }).filter((entry): entry is [string, string] => Boolean(entry[1]))
  return Object.fromEntries(set)
}
