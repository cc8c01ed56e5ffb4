import { type ActionReading, readActionWord } from '#src/evaluation/grade-answer.ts'
import type { Answer, AnsweredAction } from '#src/evaluation/answer.ts'
import { parseTarget } from '#src/evaluation/match-pattern.ts'
import { isHealthy, type ExpectedAction, type Verdict } from '#src/evaluation/scenario.ts'
import type { ResourceRef } from '#src/domain/resource-ref.ts'

/* Answers made from verdicts: what a perfect service would say, for checking the grader against itself. */

const asked = (value: unknown): boolean => typeof value === 'string' && /<[^<>=]+>/.test(value)

/** A value that satisfies a verdict's: the bound moved one step into what it allows. */
function concrete(value: unknown): unknown {
  const match = typeof value === 'string' ? /^(.*?)(>=|<=|>|<)\s*(\d+)([A-Za-z]*)/.exec(value) : null
  if (!match) return value
  const [, prefix = '', sign = '', number = '0', unit = ''] = match
  const step = sign === '>' ? 1 : sign === '<' ? -1 : 0
  return `${prefix}${Number(number) + step}${unit}`
}

function place(params: Record<string, unknown>, path: string[], value: unknown): void {
  const [key = '', ...rest] = path
  if (rest.length === 0) {
    params[key] = value
    return
  }
  const inner: Record<string, unknown> = typeof params[key] === 'object' ? { ...params[key] } : {}
  params[key] = inner
  place(inner, rest, value)
}

function leavesOf(value: unknown, path: string[]): [string[], unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, value]]
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]))
}

function concreteTarget(target: string): ResourceRef {
  const { kind, namespace, names } = parseTarget(target)
  const name = (names[0] ?? 'any').replace('*', 'x').replace(/[<>]/g, '').replaceAll(' ', '-')
  return namespace ? { kind, namespace, name } : { kind: kind === '*' ? 'Any' : kind, name }
}

function executable(expected: ExpectedAction, reading: ActionReading): AnsweredAction {
  const params: Record<string, unknown> = { ...reading.implied }
  const needs: AnsweredAction['needs'] = []
  for (const [name, given] of Object.entries(expected.params)) {
    const start = reading.paths?.[name] ?? [...(name === 'after' ? [] : (reading.below ?? [])), name]
    for (const [path, value] of leavesOf(given, start)) {
      if (asked(value)) needs.push({ param: path.join('.'), ask: 'which value?' })
      else place(params, path, concrete(value))
    }
  }
  for (const name of reading.requires?.slice(0, 1) ?? []) params[name] ??= {}
  return { kind: reading.kind, target: concreteTarget(expected.target), params, needs }
}

/** The action of ours that carries out a verdict's action. */
export function actionFor(expected: ExpectedAction, verdict: Verdict): AnsweredAction {
  const reading = readActionWord(expected.kind)
  const target = concreteTarget(expected.target)
  if (expected.kind === 'escalate') {
    return { kind: 'escalate', target, params: { ask: `look after ${verdict.resource.name}` }, needs: [] }
  }
  if (reading) return executable(expected, reading)
  const params = Object.entries(expected.params).map(([name, value]) => `${name} ${JSON.stringify(value)}`)
  const instruction = `${expected.kind} ${target.kind} ${target.name}: ${params.join(', ')}`
  return { kind: 'custom_instruction', target, params: { change: expected.kind, instruction }, needs: [] }
}

/** An answer that is right in everything; `first` picks which acceptable action it takes. */
export function perfectAnswer(verdict: Verdict, first = 0): Answer {
  const good = verdict.good_actions[first]
  const words = [...verdict.keywords, ...verdict.keywords_any.map((group) => group[0] ?? '')]
  const resources = [verdict.resource, ...verdict.additional_faults.map((fault) => fault.resource)]
  const healthy = isHealthy(verdict)
  return {
    outcome: healthy ? 'healthy' : 'issue',
    summary: words.join(' '),
    root_causes: healthy ? [] : resources.map((resource) => ({ resource, statement: 'It is this.' })),
    recommended_actions: good && good.kind !== 'no_action' ? [actionFor(good, verdict)] : [],
  }
}

/** A verdict by hand, with what a test leaves out filled in. */
export function buildVerdict(parts: Partial<Verdict> = {}): Verdict {
  return {
    namespace: 'shop',
    symptom: 'the cart is down',
    resource: { kind: 'Deployment', namespace: 'shop', name: 'cart' },
    root_cause: 'CART_URL is not set.',
    category: 'missing_env',
    keywords: [],
    keywords_any: [],
    needs_action: true,
    good_actions: [],
    bad_actions: [],
    additional_faults: [],
    ...parts,
  }
}

/** An action by hand. */
export function buildAction(kind: string, parts: Partial<AnsweredAction> = {}): AnsweredAction {
  return { kind, target: { kind: 'Deployment', namespace: 'shop', name: 'cart' }, params: {}, needs: [], ...parts }
}

/** An answer by hand: the right root, and whatever the test is about. */
export function buildAnswer(parts: Partial<Answer> = {}): Answer {
  const resource: ResourceRef = { kind: 'Deployment', namespace: 'shop', name: 'cart' }
  return {
    outcome: 'issue',
    summary: '',
    root_causes: [{ resource, statement: '' }],
    recommended_actions: [],
    ...parts,
  }
}
