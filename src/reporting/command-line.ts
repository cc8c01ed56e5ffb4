import { printable } from './printable.ts'

/** Words as a line that can be pasted into a shell: what a shell could take for more than a word is quoted. */
export function commandLine(words: readonly string[]): string {
  return words.map(shellWord).join(' ')
}

function shellWord(word: string): string {
  const shown = printable(word)
  return /^[\w.:/@%+=,-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", String.raw`'\''`)}'`
}
