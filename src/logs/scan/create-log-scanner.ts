import type { LogScan, ScannedKind, ScannedLine } from '#src/domain/log-scan.ts'
import { matchRecord } from '#src/logs/match-record.ts'
import { createTemplateMiner, type MinedKind } from '#src/logs/mining/template-miner.ts'
import type { LineGroup } from '#src/logs/mining/pattern.ts'
import { readRecords } from '#src/logs/read-records.ts'
import { createStampReader } from './create-stamp-reader.ts'
import { createWindowKeeper } from './create-window-keeper.ts'
import { looksBad } from './looks-bad.ts'
import { spokenPart } from './spoken-part.ts'

/** Takes the lines of one log, oldest first, and gives what is left of them. */
export interface LogScanner {
  push(lines: readonly ScannedLine[]): void
  /** Call once, when all was pushed. */
  end(): LogScan
}

const frequentKinds = 60
const rareKinds = 60
/** An error of a kind that is known is looked at again after so many lines. */
const lookAgainAfter = 50_000
/** New kinds that are held against the signatures at once, and how many more with each further thousand lines. */
const firstLooks = 2_000
const looksPerThousand = 50
// oxlint-disable-next-line no-control-regex -- escape sequences are what it is for
const escapes = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007]*\u0007|[@-Z\\-_])/g

/**
 * Reads a log of any length in bounded memory and in one pass: each line costs a look-up of its kind and one look at its words;
 * only what is new or calls itself an error is read closely.
 */
export function createLogScanner(): LogScanner {
  const miner = createTemplateMiner()
  const keeper = createWindowKeeper()
  const milliseconds = createStampReader()
  /** Kinds that were an error before, with the line where that was last looked at. */
  const looked = new WeakMap<LineGroup, number>()
  let [lines, errors, looks] = [0, 0, 0]
  let firstError: string | undefined

  function take(line: ScannedLine): void {
    const index = lines++
    const plain = line.text.includes('\u001b') ? line.text.replaceAll(escapes, '') : line.text
    const first = plain.charCodeAt(0)
    if (Number.isNaN(first) || goesOn(plain, first)) return keeper.add(line, index, false)
    const group = miner.add(spokenPart(plain), index, milliseconds(line.time))
    const bad = looksBad(plain)
    if (bad) {
      errors++
      firstError ??= line.time
    }
    keeper.add(line, index, isWorthALook(group, index, bad) || (group.count === 1 && speaks(line)))
  }

  function isWorthALook(group: LineGroup, index: number, bad: boolean): boolean {
    if (!bad || index - (looked.get(group) ?? -lookAgainAfter) < lookAgainAfter) return false
    looked.set(group, index)
    return true
  }

  /** A kind of line that is said for the first time and fits a known wording of trouble, whatever its level. */
  function speaks(line: ScannedLine): boolean {
    if (looks > firstLooks + (lines / 1000) * looksPerThousand) return false
    looks++
    const [record] = readRecords([line])
    return record !== undefined && matchRecord(record).length > 0
  }

  return {
    push(batch) {
      for (const line of batch) take(line)
    },
    end() {
      const kinds = miner.kinds()
      const { windows, dropped } = keeper.end()
      return {
        lines,
        errors,
        ...(firstError === undefined ? {} : { first_error_at: firstError }),
        kinds: kinds.length,
        templates: shown(kinds).map(toScannedKind),
        windows,
        dropped_windows: dropped,
      }
    },
  }
}

/** Lines of a stack trace behind its first: frames and causes. */
function goesOn(line: string, first: number): boolean {
  if (first === 32 || first === 9) return true
  if (first === 67) return line.startsWith('Caused by: ')
  if (first === 97) return line.startsWith('at ')
  return first === 46 && line.startsWith('... ')
}

/** The most frequent kinds, and of the rest the rarest, newest first: a fault is seldom what was said most. */
function shown(kinds: readonly MinedKind[]): MinedKind[] {
  const rest = kinds.slice(frequentKinds)
  const rare = rest.toSorted((left, right) => left.count - right.count || right.index - left.index).slice(0, rareKinds)
  return [...kinds.slice(0, frequentKinds), ...rare]
}

function toScannedKind({ template, count, first, last, sample, index }: MinedKind): ScannedKind {
  return {
    template: template.slice(0, 500),
    count,
    ...(first === undefined ? {} : { first: new Date(first).toISOString() }),
    ...(last === undefined ? {} : { last: new Date(last).toISOString() }),
    sample: sample.slice(0, 1000),
    line: index,
  }
}
