/*
 * Regular expressions for matchers, in time linear in the text whatever the pattern: people who may silence must not be able to stop
 * the service with a pattern that backtracks for hours. A pattern becomes a small automaton that is walked once over the text.
 * Known are letters, `.`, classes, `|`, groups, `* + ? {n,m}` and the escapes below; no look-around, no back-references.
 */

/** Does the whole text fit? */
export type LinearPattern = (text: string) => boolean

type Accepts = (character: string) => boolean
type Node =
  | { kind: 'one'; accepts: Accepts }
  | { kind: 'all'; parts: Node[] }
  | { kind: 'any'; options: Node[] }
  | { kind: 'repeat'; inner: Node; least: number; most: number }

/** One state: `step` eats a character and goes on to `next`; `fork` goes on to all of its targets; `end` is the end. */
type State = { kind: 'step'; accepts: Accepts; next: number } | { kind: 'fork'; next: number[] } | { kind: 'end' }

const mostStates = 4_000
const mostRepeats = 256

const escapes: Readonly<Record<string, Accepts>> = {
  d: (character) => /\d/.test(character),
  D: (character) => /\D/.test(character),
  w: (character) => /\w/.test(character),
  W: (character) => /\W/.test(character),
  s: (character) => /\s/.test(character),
  S: (character) => /\S/.test(character),
}

/** Compiles a pattern; a text where it cannot be used says why. */
export function linearPattern(pattern: string): LinearPattern | { error: string } {
  try {
    const states: State[] = [{ kind: 'end' }]
    const start = build(new PatternReader(pattern).read(), 0, states)
    return (text) => walk(states, start, text)
  } catch (error) {
    if (error instanceof PatternError) return { error: error.message }
    throw error
  }
}

class PatternError extends Error {}

class PatternReader {
  readonly #characters: string[]
  #at = 0
  #depth = 0

  constructor(pattern: string) {
    this.#characters = Array.from(pattern)
  }

  read(): Node {
    const node = this.#options()
    if (this.#at < this.#characters.length) throw new PatternError('a ")" that opens nowhere')
    return node
  }

  #options(): Node {
    const options = [this.#sequence()]
    while (this.#takes('|')) options.push(this.#sequence())
    return options.length === 1 && options[0] ? options[0] : { kind: 'any', options }
  }

  #sequence(): Node {
    const parts: Node[] = []
    while (this.#at < this.#characters.length && !['|', ')'].includes(this.#characters[this.#at] ?? ''))
      parts.push(this.#repeated(this.#atom()))
    return { kind: 'all', parts }
  }

  #atom(): Node {
    const character = this.#characters[this.#at++] ?? ''
    if (character === '(') return this.#group()
    if (character === '[') return { kind: 'one', accepts: this.#class() }
    if (character === '.') return { kind: 'one', accepts: () => true }
    if (character === '\\') return { kind: 'one', accepts: this.#escape() }
    if (character === '^' || character === '$') return { kind: 'all', parts: [] }
    if ('*+?{'.includes(character)) throw new PatternError(`a "${character}" with nothing to repeat`)
    return { kind: 'one', accepts: (other) => other === character }
  }

  #group(): Node {
    if (this.#takes('?') && !this.#takes(':')) throw new PatternError('look-around and named groups are not known')
    if (++this.#depth > 32) throw new PatternError('groups nested too deeply')
    const node = this.#options()
    if (!this.#takes(')')) throw new PatternError('a "(" without its ")"')
    this.#depth--
    return node
  }

  #escape(): Accepts {
    const character = this.#characters[this.#at++]
    if (character === undefined) throw new PatternError('a "\\" at the end')
    const known = escapes[character]
    if (known) return known
    if (/[a-zA-Z0-9]/.test(character)) throw new PatternError(`the escape "\\${character}" is not known`)
    return (other) => other === character
  }

  #class(): Accepts {
    const negated = this.#takes('^')
    const accepted: Accepts[] = []
    while (accepted.length === 0 || this.#characters[this.#at] !== ']') accepted.push(this.#classItem())
    this.#at++
    return (character) => accepted.some((accepts) => accepts(character)) !== negated
  }

  #classItem(): Accepts {
    const first = this.#characters[this.#at++]
    if (first === undefined) throw new PatternError('a "[" without its "]"')
    if (first === '\\') return this.#escape()
    const last = this.#characters[this.#at + 1]
    if (this.#characters[this.#at] !== '-' || last === undefined || last === ']') return (other) => other === first
    this.#at += 2
    if (last < first) throw new PatternError(`the range ${first}-${last} is empty`)
    return (other) => other >= first && other <= last
  }

  #repeated(inner: Node): Node {
    let node = inner
    for (;;) {
      if (this.#takes('*')) node = { kind: 'repeat', inner: node, least: 0, most: Infinity }
      else if (this.#takes('+')) node = { kind: 'repeat', inner: node, least: 1, most: Infinity }
      else if (this.#takes('?')) node = { kind: 'repeat', inner: node, least: 0, most: 1 }
      else if (this.#takes('{')) node = { kind: 'repeat', inner: node, ...this.#bounds() }
      else return node
    }
  }

  #bounds(): { least: number; most: number } {
    const end = this.#characters.indexOf('}', this.#at)
    const text = end < 0 ? '' : this.#characters.slice(this.#at, end).join('')
    const found = /^(\d{1,4})(,(\d{0,4}))?$/.exec(text)
    if (!found) throw new PatternError('a "{" that is no {n}, {n,} or {n,m}')
    this.#at = end + 1
    const least = Number(found[1])
    const most = found[2] === undefined ? least : found[3] ? Number(found[3]) : Infinity
    if (most < least || least > mostRepeats || (most !== Infinity && most > mostRepeats))
      throw new PatternError(`repeats must rise and be at most ${mostRepeats}`)
    return { least, most }
  }

  #takes(character: string): boolean {
    if (this.#characters[this.#at] !== character) return false
    this.#at++
    return true
  }
}

/** Adds the states of a node that goes on to `next`; answers the first of them. */
function build(node: Node, next: number, states: State[]): number {
  if (states.length > mostStates) throw new PatternError('it is too large')
  if (node.kind === 'one') return states.push({ kind: 'step', accepts: node.accepts, next }) - 1
  if (node.kind === 'all') return node.parts.reduceRight((after, part) => build(part, after, states), next)
  if (node.kind === 'any')
    return states.push({ kind: 'fork', next: node.options.map((option) => build(option, next, states)) }) - 1
  let after = next
  if (node.most === Infinity) {
    const fork: State = { kind: 'fork', next: [next] }
    after = states.push(fork) - 1
    fork.next.push(build(node.inner, after, states))
  } else {
    for (let extra = node.most - node.least; extra > 0; extra--)
      after = states.push({ kind: 'fork', next: [next, build(node.inner, after, states)] }) - 1
  }
  for (let needed = node.least; needed > 0; needed--) after = build(node.inner, after, states)
  return after
}

function walk(states: readonly State[], start: number, text: string): boolean {
  let current = reach(states, [start])
  for (const character of text) {
    const targets: number[] = []
    for (const at of current) {
      const state = states[at]
      if (state?.kind === 'step' && state.accepts(character)) targets.push(state.next)
    }
    if (targets.length === 0) return false
    current = reach(states, targets)
  }
  return [...current].some((at) => states[at]?.kind === 'end')
}

/** All states that are reached without eating a character. */
function reach(states: readonly State[], from: number[]): Set<number> {
  const reached = new Set<number>()
  const open = [...from]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (reached.has(at)) continue
    reached.add(at)
    const state = states[at]
    if (state?.kind === 'fork') open.push(...state.next)
  }
  return reached
}
