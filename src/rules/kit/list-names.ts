/** Names for a sentence: the first three, and how many more there are. */
export function listNames(names: string[], shown = 3): string {
  const unique = [...new Set(names)]
  const rest = unique.length - shown
  return rest > 0 ? `${unique.slice(0, shown).join(', ')} and ${rest} more` : unique.join(', ')
}
