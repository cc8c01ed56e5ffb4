import type { ActionKind } from '#src/domain/action.ts'
import type { Mechanism } from '#src/domain/mechanism.ts'

/*
 * What is known of the ways in which things fail. Each is declared by the rule that finds it; the vocabulary is put together from
 * the rules and handed to the rooms that compare findings.
 */

/** Groups of mechanisms, for people and for the fields that a change of which can bring them about. */
export type Category =
  | 'application'
  | 'config'
  | 'access'
  | 'image'
  | 'probe'
  | 'resources'
  | 'scheduling'
  | 'storage'
  | 'rollout'
  | 'job'
  | 'admission'
  | 'network'
  | 'autoscaling'
  | 'node'
  | 'deletion'

/**
 * Where in the chain from cause to effect a mechanism stands, the causes first. Of two findings about the same workload the one in
 * the earlier layer explains the one in the later layer.
 */
export const layers = {
  platform: 'a part of the cluster does not work: a node, an API, an admission webhook',
  storage: 'the storage behind a claim does not exist or is not made',
  config: 'a setting or a reference is wrong, and its name is known',
  wiring: 'the connection to something else is wrong: selector, port, probe, policy, placement',
  environment: 'something that the workload needs is not there: file, certificate, credential, capacity, Service',
  workload: 'how the program or its controller fails',
  node: 'a node works, but not well',
  container: 'what keeps a container from running or serving, without the reason',
  symptom: 'what is seen of any of the others',
} as const

export type Layer = keyof typeof layers

/** What a rule says of a mechanism that it finds. Texts may hold markdown code spans. */
export interface MechanismDeclaration {
  /** What it means, for people: the rest of a sentence that begins with a capital. */
  title: string
  category: Category
  /** `symptom`: something else explains it, and it is a root only where nothing does. `cause`: it may be a root by itself. */
  role: 'cause' | 'symptom'
  layer: Layer
  /** Mechanisms of the same layer that this one explains, each with the reason. What those explain, it explains too. */
  explains?: Partial<Record<Mechanism, string>>
  /** When it is reported, in a sentence or two. */
  detected: string
  /** The fields, events and log wording that it is read from. A field begins with a dot, or with its kind. */
  from: readonly string[]
  /** Kinds of action in the usual order; which of them appear depends on what the snapshot proves. */
  suggests: readonly ActionKind[]
  /** What the rule cannot see or may get wrong. */
  limits?: string
}

/** The mechanisms that one rule, or one part of it, finds. */
export type Declarations = Partial<Record<Mechanism, MechanismDeclaration>>

/** Every mechanism with its declaration, and their order from cause to effect. */
export interface Vocabulary {
  readonly entries: Readonly<Record<Mechanism, MechanismDeclaration>>
  /** Does the first explain the second, where both are found on the same workload? False for mechanisms without an order. */
  outranks: (cause: Mechanism, effect: Mechanism) => boolean
  /** A number for sorting: the more a mechanism can explain, the higher. */
  weightOf: (mechanism: Mechanism) => number
}

/** Larger than any number of mechanisms in one layer. */
const layerWeight = 1000

/** The vocabulary over complete declarations. Throws where a mechanism explains one of another layer, or itself. */
export function createVocabulary(entries: Readonly<Record<Mechanism, MechanismDeclaration>>): Vocabulary {
  const positions = new Map(Object.keys(layers).map((layer, index) => [layer, index]))
  const positionOf = (mechanism: Mechanism): number => positions.get(entries[mechanism].layer) as number
  const explained = new Map((Object.keys(entries) as Mechanism[]).map((name) => [name, explainedBy(name, entries)]))
  return {
    entries,
    outranks: (cause, effect) => {
      const distance = positionOf(effect) - positionOf(cause)
      return distance === 0 ? (explained.get(cause)?.has(effect) ?? false) : distance > 0
    },
    weightOf: (mechanism) =>
      (positions.size - positionOf(mechanism)) * layerWeight + (explained.get(mechanism)?.size ?? 0),
  }
}

function explainedBy(cause: Mechanism, entries: Vocabulary['entries']): Set<Mechanism> {
  const found = new Set<Mechanism>()
  const open = [cause]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const effect of Object.keys(entries[name].explains ?? {}) as Mechanism[]) {
      if (effect === cause) throw new Error(`Mechanism ${cause} explains itself`)
      if (entries[effect].layer !== entries[cause].layer)
        throw new Error(`Mechanism ${cause} explains ${effect}, which is in another layer`)
      if (found.has(effect)) continue
      found.add(effect)
      open.push(effect)
    }
  }
  return found
}
