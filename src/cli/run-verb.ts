import type { CliPorts } from './cli-ports.ts'
import { idWord } from './option-values.ts'
import { type OptionTable, type ParsedOptions, parseOptions } from './parse-options.ts'
import { UsageError } from './usage-error.ts'
import { type ServiceTalk, withService } from './with-service.ts'

/** What a command does once it has a service. */
export type Work = (service: ServiceTalk, ports: CliPorts) => Promise<number>

/** One verb of a command: its options, whether it takes an id, and how both become work. What cannot be read is a `UsageError`. */
export interface Verb {
  options: OptionTable
  /** How the word after the verb is called in refusals; absent where the verb takes none. */
  id?: string
  prepare(given: ParsedOptions, id: string): Work
}

/** Runs `sre-agent COMMAND VERB ...` against a service that runs. */
export async function runVerb(
  command: string,
  verbs: Record<string, Verb>,
  { argv, ports }: { argv: string[]; ports: CliPorts },
): Promise<number> {
  const [name = '', ...rest] = argv
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined
  if (!verb) {
    const what = name === '' ? 'there is none' : `not "${name}"`
    throw new UsageError(`${command} takes one of ${Object.keys(verbs).join(', ')} first: ${what}`)
  }
  const given = parseOptions(rest, { ...verb.options, to: { type: 'string' } })
  const [word, ...others] = given.words
  const unexpected = verb.id === undefined ? given.words : others
  if (unexpected.length > 0) {
    const takes = verb.id === undefined ? 'no word' : `one word, the ${verb.id}`
    throw new UsageError(`${command} ${name} takes ${takes}: ${given.words.join(' ')}`)
  }
  const work = verb.prepare(given, verb.id === undefined ? '' : idWord(`the ${verb.id}`, word))
  return withService(given.text('to'), ports, (service) => work(service, ports))
}
