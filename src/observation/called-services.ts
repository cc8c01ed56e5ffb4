import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { Container } from '#src/domain/kubernetes/objects.ts'
import { podReferences } from '#src/domain/kubernetes/pod-references.ts'
import { podSpecsOf } from './referred-objects.ts'

/** A service of another namespace that configuration calls. `certain` where it is written with `.svc`, which only services have. */
export interface CalledService {
  namespace: string
  name: string
  certain: boolean
}

const label = '[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?'

const namespacePattern = '[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?'

const withSuffix = new RegExp(`(?<![-a-z0-9])(${label})\\.(${namespacePattern})\\.svc(?![-a-z0-9])`, 'g')

/** A host of two labels: at the start, after a scheme, a credential or a separator; before a port, a path, a separator or the end. */
const bare = new RegExp(`(?:^|://|[@=,;\\s"'])(${label})\\.(${namespacePattern})(?=$|[:/,;\\s"'])`, 'gm')

const fileEnding =
  /^(?:ya?ml|json|conf|cfg|ini|properties|toml|txt|log|sh|py|js|ts|jar|pem|crt|key|xml|html?|sql|css|md|gz|db|so)$/

const maxTextCharacters = 262_144

/** The services of other namespaces that env values, commands and the config maps that pods use name by host, each once. */
export function calledServices(view: ClusterView, namespace: string): CalledService[] {
  const found = new Map<string, CalledService>()
  let budget = maxTextCharacters
  for (const text of new Set(textsOf(view, namespace))) {
    if (budget <= 0) break
    const part = text.slice(0, budget)
    budget -= part.length
    collect(found, part, namespace)
  }
  return [...found.values()]
}

function collect(found: Map<string, CalledService>, text: string, own: string): void {
  const note = (name = '', namespace = '', certain: boolean) => {
    const key = `${namespace}/${name}`
    if (namespace !== own && !found.get(key)?.certain) found.set(key, { namespace, name, certain })
  }
  for (const [, name, space_] of text.matchAll(withSuffix)) note(name, space_, true)
  for (const [, name, space_] of text.matchAll(bare)) if (space_ && !fileEnding.test(space_)) note(name, space_, false)
}

function* textsOf(view: ClusterView, namespace: string): Generator<string> {
  const maps = new Set<string>()
  for (const { spec } of podSpecsOf(view, namespace)) {
    for (const container of [...(spec.initContainers ?? []), ...spec.containers]) yield* textsOfContainer(container)
    for (const reference of podReferences(spec)) if (reference.kind === 'ConfigMap') maps.add(reference.name)
  }
  for (const name of maps) yield* Object.values(view.get('ConfigMap', namespace, name)?.data ?? {})
}

function* textsOfContainer(container: Container): Generator<string> {
  for (const variable of container.env ?? []) if (variable.value) yield variable.value
  yield* container.command ?? []
  yield* container.args ?? []
}
