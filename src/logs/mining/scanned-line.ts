/** A line in tokens. Kinds: 0 a word that is said, 1 a value, 2 a mark. */
export interface ScannedLine {
  text: string
  size: number
  kinds: Uint8Array
  /** Of a word, of its characters; of a mark, the character; of a value, 1. */
  hashes: Int32Array
  starts: Int32Array
  ends: Int32Array
}
