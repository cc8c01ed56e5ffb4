import type { ResourceRef } from '#src/domain/resource-ref.ts'

/*
 * Last border before a terminal or a page. Control, format, private-use and unpaired characters become one space, so that no text
 * of a cluster can move a cursor, hide or reverse what is read, or begin a line of its own.
 */
const unprintable = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]+/gu

/** The text on one line, without anything that a terminal would obey. */
export function printable(text: string): string {
  return text.replace(unprintable, ' ')
}

/** Text in which markdown and HTML find nothing to act on: no text of a cluster makes a link, image, heading, table or tag. */
export function escapeMarkdown(text: string): string {
  const marked = text.replace(/[\\`*_{}[\]()<>#+!|~&]/g, String.raw`\$&`)
  // Bare addresses and mentions become links by themselves in many readers.
  return marked.replaceAll('://', String.raw`:\//`).replaceAll('@', String.raw`\@`)
}

/** Words as a line that can be pasted into a shell: what a shell could take for more than a word is quoted. */
export function commandLine(words: readonly string[]): string {
  return words.map(shellWord).join(' ')
}

function shellWord(word: string): string {
  const shown = printable(word)
  return /^[\w.:/@%+=,-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", String.raw`'\''`)}'`
}

/** An object as people name it: `Deployment/cart in shop`, `Node/worker-1`. */
export function nameResource({ kind, namespace, name }: ResourceRef): string {
  return printable(namespace === undefined ? `${kind}/${name}` : `${kind}/${name} in ${namespace}`)
}
