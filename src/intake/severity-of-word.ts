import type { Severity } from '#src/domain/severity.ts'

/* How monitoring systems and people call severities. */

const words: Record<Severity, string> = {
  critical: 'critical crit page p0 p1 sev0 sev1 emergency emerg alert disaster blocker outage urgent',
  high: 'high error err major p2 sev2 severe fatal panic',
  medium: 'medium warning warn average moderate p3 sev3',
  low: 'low minor p4 sev4 notice',
  info: 'info information informational none normal ok p5 sev5 debug trace',
}

const byWord = new Map(
  Object.entries(words).flatMap(([severity, names]) => names.split(' ').map((name) => [name, severity as Severity])),
)

/** The severity that a word stands for; undefined for none and for a word that is not known. */
export function severityOfWord(word: string | undefined): Severity | undefined {
  return word === undefined ? undefined : byWord.get(word.toLowerCase().replaceAll(/[^a-z0-9]/g, ''))
}
