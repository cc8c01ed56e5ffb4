import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { KubernetesObject, PodTemplate } from '#src/domain/kubernetes/objects.ts'
import { scenarioFolder, scenarioNames } from '#test/helpers/recorded-snapshot.ts'
import { sourceFiles } from '#test/helpers/source-tree.ts'

/*
 * No rule may know a recording: none of the names that somebody chose for a recorded incident stands in the source of what judges
 * it. Words of Kubernetes itself and of public software (POSTGRES_PASSWORD) are not such names.
 */

const publicWords =
  /^(?:kube-|kubernetes\.io|openshift-|system-|POSTGRES_|JAVA_|NODE_|LOG_LEVEL$|[A-Z]+_(?:URL|HOST|PORT)$|DB_[A-Z]+$|storage|default)/

function namesOf(object: KubernetesObject & { spec?: { template?: PodTemplate } }): string[] {
  const containers = [
    ...(object.spec?.template?.spec.containers ?? []),
    ...(object.spec?.template?.spec.initContainers ?? []),
  ]
  return [
    object.metadata.name,
    object.metadata.namespace ?? '',
    ...containers.flatMap((container) => [container.name, ...(container.env ?? []).map((variable) => variable.name)]),
    ...(object.metadata.finalizers ?? []),
  ]
}

/** Chosen names long and particular enough not to be words of the trade. */
function isParticular(name: string): boolean {
  return name.length >= 8 && /[-_.]/.test(name) && !publicWords.test(name)
}

const judging = sourceFiles([
  'src/rules',
  'src/logs',
  'src/causes',
  'agents',
  'src/policy',
  'src/orchestrator',
  'teams',
  'src/observation',
])

describe('scenarios/general-rules', () => {
  it('holds no name of a recorded incident in the source of any rule', () => {
    const names = new Set<string>()
    for (const scenario of scenarioNames()) {
      const list = JSON.parse(readFileSync(join(scenarioFolder, scenario, 'objects.json'), 'utf8')) as {
        items: KubernetesObject[]
      }
      const chosen = list.items.filter((item) => item.kind !== 'Event' && item.kind !== 'StorageClass')
      for (const name of chosen.flatMap(namesOf)) if (isParticular(name)) names.add(name)
    }
    expect(names.size).toBeGreaterThan(20)
    const known = [...names].flatMap((name) =>
      judging.filter((file) => file.text.includes(name)).map((file) => `${file.path} knows ${name}`),
    )
    expect(known).toEqual([])
  })
})
