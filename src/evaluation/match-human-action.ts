import type { AnsweredAction } from './answer.ts'
import {
  isOpen,
  isPlaceholder,
  parseTarget,
  type TargetPattern,
  textNamesTarget,
  touchesTarget,
} from './match-pattern.ts'
import type { ExpectedAction } from './scenario.ts'
import { hasWord } from './words.ts'

/* The words by which a text for a person asks for a change that has a free word of its own (`create_secret`, `label_node`). */

const verbs: Record<string, string[]> = {
  create: ['create', 'add', 'apply', 'provide', 'deploy', 'restore', 'make'],
  add: ['add', 'provide', 'mount', 'provision', 'attach'],
  install: ['install', 'deploy', 'register', 'enable', 'provide'],
  patch: [
    'patch',
    'change',
    'edit',
    'set',
    'update',
    'raise',
    'increase',
    'lower',
    'reduce',
    'add',
    'correct',
    'point',
    'fix',
    'rename',
  ],
  set: ['set', 'change', 'patch', 'update', 'edit'],
  label: ['label', 'relabel'],
  remove: ['remove', 'delete', 'drop', 'clear', 'take off'],
  delete: ['delete', 'remove', 'drop'],
  recreate: ['recreate', 're-create', 'replace', 'delete and create'],
  bind: ['bind', 'grant'],
  print: ['print', 'show', 'dump', 'decode'],
  restart: ['restart'],
  scale: ['scale'],
  drain: ['drain'],
  cordon: ['cordon'],
  rollback: ['roll back', 'rollback', 'undo'],
}

const nouns: Record<string, string[]> = {
  pvc: ['pvc', 'persistentvolumeclaim', 'persistent volume claim', 'volume claim', 'claim'],
  pv: ['pv', 'persistentvolume', 'persistent volume'],
  storageclass: ['storageclass', 'storage class'],
  serviceaccount: ['serviceaccount', 'service account'],
  rolebinding: ['rolebinding', 'role binding'],
  configmap: ['configmap', 'config map'],
  replicaset: ['replicaset', 'replica set'],
  statefulset: ['statefulset', 'stateful set'],
  cronjob: ['cronjob', 'cron job'],
  hpa: ['hpa', 'horizontalpodautoscaler', 'autoscaler'],
  quota: ['quota', 'resourcequota'],
  webhook: ['webhook', 'validatingwebhookconfiguration', 'mutatingwebhookconfiguration'],
  host_port: ['hostport', 'host port'],
  service_account: ['serviceaccount', 'service account', 'serviceaccountname'],
  service_type: ['service type', 'type'],
  security_context: ['securitycontext', 'security context', 'runasuser', 'runasnonroot'],
  image_pull_secrets: ['imagepullsecrets', 'imagepullsecret', 'pull secret', 'pull secrets'],
  init_container: ['init container', 'initcontainer', 'initcontainers'],
  strategy: ['strategy', 'maxsurge', 'maxunavailable'],
  cluster_admin: ['cluster-admin'],
  probe: ['probe', 'readinessprobe', 'livenessprobe', 'startupprobe'],
  rollout: ['rollout', 'deployment', 'workload', 'pods'],
  // what an add-on is called is its target's name
  addon: [],
}

/** All texts of an action for a person; the reason is left out, because it is about the fault and not about the change. */
export function textForPerson(action: AnsweredAction): string {
  const texts = Object.values(action.params).filter((value) => typeof value === 'string')
  return [action.target.kind, action.target.name, ...texts, ...action.needs.map((need) => need.ask)].join('\n')
}

function verbsOf(word: string): string[] {
  const verb = word.split('_')[0] ?? word
  return verbs[verb] ?? [verb]
}

/** Names that any of them may stand for what the word is about; empty where the word is a verb alone. */
function nounsOf(word: string): string[] {
  const noun = word.split('_').slice(1).join('_')
  return nouns[noun] ?? (noun === '' ? [] : [noun.replaceAll('_', ' ')])
}

// `drain` is not in `acme.io/drain-sessions`.
const asVerb = (verb: string): string => String.raw`(?<![\w./-])${verb}(?![\w/-])`

/** True where the text asks for what a free word does: `create` of `create_secret`. */
function namesVerb(word: string, text: string): boolean {
  return verbsOf(word).some((verb) => new RegExp(asVerb(verb), 'i').test(text))
}

/** True where the text holds what a free word is about: `secret` of `create_secret`. */
function namesNoun(word: string, text: string): boolean {
  const names = nounsOf(word)
  return names.length === 0 || names.some((name) => hasWord(text, name) || hasWord(text, `${name}s`))
}

// Between a verb and its object: "delete the old pod", but not "remove hostPort from the pod template".
const between = String.raw`(?:\s+(?!from\b|of\b|in\b|to\b|on\b|for\b|with\b|by\b|so\b|and\b|then\b)\S+){0,4}?\s+`

/** True where the noun is the object of the verb: "remove the taint", "patch its resources". */
function asksFor(word: string, sentence: string): boolean {
  const names = nounsOf(word)
  if (names.length === 0) return namesVerb(word, sentence)
  return verbsOf(word).some((verb) =>
    names.some((name) => new RegExp(`${asVerb(verb)}${between}${name}s?\\b`, 'i').test(sentence)),
  )
}

/** `Create-Secret` and `create_secret` are one word. */
function changeOf(action: AnsweredAction): string | undefined {
  const { change } = action.params
  return typeof change === 'string' ? change.toLowerCase().replace(/[\s-]+/g, '_') : undefined
}

function namesNeed(word: string, action: AnsweredAction, text: string): boolean {
  if (changeOf(action) === word) return true
  return namesVerb(word, text) && namesNoun(word, text)
}

/** A param's words: its name, and what it is set to where that is a plain text. */
function namesParam(name: string, value: unknown, text: string): boolean {
  if (hasWord(text, name)) return true
  const first = Array.isArray(value) ? String(value[0]).split(':')[0] : value
  return typeof first === 'string' && !isPlaceholder(first) && hasWord(text, first)
}

// What is created is known by its name; what is changed is known only together with the field.
const needsParams = /^(?:patch|set|label|remove)_/

/**
 * True where a text for a person (`custom_instruction` or `escalate`) names the target and the need of a change that only a
 * person can carry out.
 */
export function matchesHumanAction(expected: ExpectedAction, action: AnsweredAction): boolean {
  const text = textForPerson(action)
  if (!textNamesTarget(parseTarget(expected.target), text)) return false
  if (!namesNeed(expected.kind, action, text)) return false
  if (!needsParams.test(expected.kind)) return true
  const checked = Object.entries(expected.params).filter(([name]) => name !== 'after' && name !== 'note')
  return checked.every(([name, value]) => namesParam(name, value, text))
}

const negation = /\b(?:not|never|without|don't|instead of|rather than|no need to|nor|avoid)\b/i

/** The imperative sentences of a text: what it says not to do is none of its advice. */
function advice(text: string): string[] {
  return text.split(/[.;!]\s+|\n/).map((sentence) => sentence.replace(new RegExp(`${negation.source}.*$`, 'i'), ''))
}

function advisesParam(name: string, value: unknown, text: string): boolean {
  if (isPlaceholder(value)) return true
  if (value === true && hasWord(text, name)) return true
  const plain = RegExp.escape(String(value))
  return new RegExp(String.raw`\b${name}\b\W{0,4}(?:to|is|as)?\W{0,4}${plain}`, 'i').test(text)
}

function sentenceNames(target: TargetPattern, sentence: string): boolean {
  return isOpen(target) ? target.kind === '*' || hasWord(sentence, target.kind) : textNamesTarget(target, sentence)
}

function advisesChange(bad: ExpectedAction, action: AnsweredAction): boolean {
  if (changeOf(action) === bad.kind) return true
  const target = parseTarget(bad.target)
  return advice(textForPerson(action)).some((sentence) => {
    const asked = asksFor(bad.kind, sentence)
    return asked && (touchesTarget(target, action.target) || sentenceNames(target, sentence))
  })
}

/** True where a text for a person advises what the verdict forbids: the same rules, and what it warns of does not count. */
export function advisesForbidden(bad: ExpectedAction, action: AnsweredAction): boolean {
  const target = parseTarget(bad.target)
  const text = textForPerson(action)
  if (!touchesTarget(target, action.target) && !textNamesTarget(target, text)) return false
  if (!advisesChange(bad, action)) return false
  const checked = Object.entries(bad.params).filter(([name]) => name !== 'after')
  return checked.every(([name, value]) => advisesParam(name, value, text))
}
