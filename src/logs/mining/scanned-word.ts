/** A word of a line as it was read: where it stands, the kinds of its characters, and a hash of them. */
export interface ScannedWord {
  start: number
  end: number
  /** Bits of `characterClass.kinds`. */
  traits: number
  dots: number
  slashes: number
  hash: number
}
