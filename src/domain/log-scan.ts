/** One line of a log. `time` is the runtime's own stamp where the source has one. */
export interface ScannedLine {
  time?: string
  text: string
}

/** One kind of line of a scanned log, with one of its lines. */
export interface ScannedKind {
  template: string
  count: number
  first?: string
  last?: string
  sample: string
  /** Position of the sample in the log, from 0. */
  line: number
}

/** Lines that stand next to each other, kept for what is among them; `tail` is the end of what was read. */
export interface LogWindow {
  why: 'fatal' | 'error' | 'signature' | 'tail'
  /** Position of the first line in the log, from 0. */
  from: number
  lines: ScannedLine[]
}

/**
 * What is left of a log of any length once it has been read as a stream: its kinds of lines, and windows of lines around what
 * speaks of trouble. Everything is bounded; the counts are those of the whole.
 */
export interface LogScan {
  lines: number
  /** Lines that call themselves an error or worse. */
  errors: number
  first_error_at?: string
  /** Kinds in all; `templates` holds the most frequent and the rarest of them. */
  kinds: number
  templates: ScannedKind[]
  /** In the order of the log, none overlaps another; the last is the tail. */
  windows: LogWindow[]
  /** Windows that were given up to stay within bounds. */
  dropped_windows: number
}
