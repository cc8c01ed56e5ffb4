/** What is held of a line that has not ended yet; what is beyond is counted and let go. */
const longestOpenLine = 65_536

/** Cuts text that comes in pieces into lines; holds at most one unfinished line, and of that a bounded part. */
export class LineSplitter {
  #rest = ''

  /** The lines that are whole by now. */
  push(text: string): string[] {
    const lines: string[] = []
    let start = 0
    let end = text.indexOf('\n')
    if (end >= 0 && this.#rest !== '') {
      lines.push(this.#rest + text.slice(0, end))
      this.#rest = ''
      start = end + 1
      end = text.indexOf('\n', start)
    }
    for (; end >= 0; end = text.indexOf('\n', start)) {
      lines.push(text.slice(start, end))
      start = end + 1
    }
    if (this.#rest.length < longestOpenLine) this.#rest += text.slice(start, start + longestOpenLine)
    return lines
  }

  /** The line that was not ended by a line break, where there is one. */
  end(): string[] {
    const rest = this.#rest
    this.#rest = ''
    return rest === '' ? [] : [rest]
  }
}
