import type { AnsweredAction } from './answer.ts'
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

/** Everything that an action tells a person; the reason is left out, for it speaks of the fault and not of the change. */
export function textForPerson(action: AnsweredAction): string {
  const said = Object.values(action.params).filter((value) => typeof value === 'string')
  return [action.target.kind, action.target.name, ...said, ...action.needs.map((need) => need.ask)].join('\n')
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
export function namesVerb(word: string, text: string): boolean {
  return verbsOf(word).some((verb) => new RegExp(asVerb(verb), 'i').test(text))
}

/** True where the text holds what a free word is about: `secret` of `create_secret`. */
export function namesNoun(word: string, text: string): boolean {
  const names = nounsOf(word)
  return names.length === 0 || names.some((name) => hasWord(text, name) || hasWord(text, `${name}s`))
}

// Between a verb and its object: "delete the old pod", but not "remove hostPort from the pod template".
const between = String.raw`(?:\s+(?!from\b|of\b|in\b|to\b|on\b|for\b|with\b|by\b|so\b|and\b|then\b)\S+){0,4}?\s+`

/** True where the noun is the object of the verb: "remove the taint", "patch its resources". */
export function asksFor(word: string, sentence: string): boolean {
  const names = nounsOf(word)
  if (names.length === 0) return namesVerb(word, sentence)
  return verbsOf(word).some((verb) =>
    names.some((name) => new RegExp(`${asVerb(verb)}${between}${name}s?\\b`, 'i').test(sentence)),
  )
}
