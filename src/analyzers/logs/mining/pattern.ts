/** Lines that were found to be of one kind. A group that went into another points to it. */
export interface LineGroup {
  count: number
  /** Milliseconds since 1970, of the first and the last line that bear a time. */
  first?: number
  last?: number
  sample: string
  /** Position of the sample in what was read. */
  index: number
  /** When it was last added to, in lines. */
  seen: number
  joined?: LineGroup
}

/** One wording of a group: words, marks and values as the scanner names them, values as `<*>`. */
export interface Pattern {
  key: number
  words: string[]
  kinds: number[]
  hashes: number[]
  /** Whether a space stands before. */
  spaced: boolean[]
  /** Some of its words were found to be values. */
  general: boolean
  group: LineGroup
}
