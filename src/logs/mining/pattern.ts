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

/** How a pattern reads. */
export interface Wording {
  /** Words, marks and values as the scanner names them, values as `<*>`. */
  words: readonly string[]
  /** Whether a space stands before. */
  spaced: readonly boolean[]
}

/** One wording of a group. */
export interface Pattern {
  key: number
  kinds: readonly number[]
  hashes: readonly number[]
  /** Read from the line, which stands here until then, only when it is asked for: most wordings are compared by their hashes. */
  wording: Wording | string
  /** Some of its words were found to be values. */
  general: boolean
  group: LineGroup
}
