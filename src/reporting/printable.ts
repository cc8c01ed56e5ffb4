/*
 * Last border before a terminal or a page: control, format, private-use and unpaired characters become one space, so that no text
 * out of a cluster can move a cursor, hide or reverse what is read, or begin a line of its own.
 */
const unprintable = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]+/gu

/** The text on one line, without anything that a terminal would obey. */
export function printable(text: string): string {
  return text.replace(unprintable, ' ')
}
