/* Characters that a terminal, a page or a model would obey or hide: they carry no information for a person on call. */

// biome-ignore format: one pattern a line, with what it takes out
const hostile: readonly RegExp[] = [
  // CSI, OSC (ended by BEL or ST) and single-character escapes
  // oxlint-disable-next-line no-control-regex -- the control characters are what is looked for
  /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]{0,2000}(?:\u0007|\u001b\\)?|\u001b[@-Z\\-_]/g,
  // C0 without tab and newline, DEL, C1
  // oxlint-disable-next-line no-control-regex -- as above
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g,
  // zero width, bidi overrides and isolates, byte order mark, soft hyphen, invisible operators, tags
  /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e007f}]/gu,
]

/** The text without escape sequences, control, zero-width and direction-changing characters. Tabs and newlines stay. */
export function stripHostileCharacters(text: string): string {
  return hostile.reduce((cleaned, pattern) => cleaned.replace(pattern, ''), text)
}
