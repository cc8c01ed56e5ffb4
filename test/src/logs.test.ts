import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { judgeLogs } from '#src/logs/judge-logs.ts'
import type { ContainerLogs } from '#src/logs/judge/situation.ts'
import { readRecords } from '#src/logs/read-records.ts'
import { ClusterView } from '#src/domain/cluster-view.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { Mechanism } from '#src/domain/mechanism.ts'
import type { Snapshot } from '#src/domain/snapshot.ts'
import { recordedLog, recordedSnapshot, scenarioFolder, scenarioNames } from '#test/helpers/recorded-snapshot.ts'

interface Expected {
  needs_action: boolean
  keywords?: string[]
  resource: { kind: string; name: string }
  bad_actions: { kind: string }[]
}

type Rename = (text: string) => string

/** Scenarios whose truth stands in a log, with the mechanism that the logs alone must show. */
const borne: Record<string, Mechanism> = {
  '01-missing-env': 'missing_env',
  '02-wrong-args': 'bad_args',
  '14-liveness-hang': 'application_hang',
  '20-job-backofflimit': 'application_error',
  '22-rollout-stuck': 'application_panic',
  '28-bad-config-value': 'bad_config_value',
  '31-statefulset-stuck-ordinal-0': 'bad_config_value',
  '37-cascade-database': 'missing_env',
  '48-port-conflict-in-pod': 'port_conflict',
  '52-liveness-too-aggressive': 'liveness_too_aggressive',
  '53-dns-wrong-service-name': 'dns_name_unresolved',
  '59-rbac-forbidden': 'rbac_forbidden',
  '64-init-waits-forever': 'service_missing',
  '74-sidecar-crash-only': 'missing_env',
}

function judged(name: string, rename: Rename = (text) => text): FindingDraft[] {
  const snapshot = recordedSnapshot(name)
  const view = new ClusterView(JSON.parse(rename(JSON.stringify(snapshot))) as Snapshot)
  const read = (pod: string, container: string, previous: boolean) => {
    const lines = recordedLog(name, pod, container, previous)
    if (!lines || lines[0]?.startsWith('unable to retrieve container logs')) return undefined
    return readRecords(lines.map((text) => ({ text: rename(text) })))
  }
  const logs = (snapshot.objects.Pod ?? []).flatMap((recorded) =>
    [...recorded.spec.containers, ...(recorded.spec.initContainers ?? [])].flatMap(
      ({ name: container }): ContainerLogs[] => {
        const pod = view.get('Pod', recorded.metadata.namespace, rename(recorded.metadata.name))
        if (!pod) return []
        const current = read(recorded.metadata.name, container, false)
        const previous = read(recorded.metadata.name, container, true)
        return [
          { pod, container: rename(container), ...(current ? { current } : {}), ...(previous ? { previous } : {}) },
        ]
      },
    ),
  )
  return judgeLogs(logs, view)
}

function expected(name: string): Expected {
  return JSON.parse(readFileSync(join(scenarioFolder, name, 'expected.json'), 'utf8')) as Expected
}

/** Gives every workload, Service and ConfigMap of a recording another name. */
function renaming(name: string): Rename {
  const { objects } = recordedSnapshot(name)
  const kinds = ['Deployment', 'StatefulSet', 'Job', 'Service', 'ConfigMap'] as const
  const names = new Set(kinds.flatMap((kind) => (objects[kind] ?? []).map((entry) => entry.metadata.name)))
  const pairs = [...names]
    .filter((entry) => !/^(?:kube-root-ca\.crt|openshift-service-ca\.crt)$/.test(entry))
    .toSorted((left, right) => right.length - left.length)
    .map((entry, index) => [entry, `zz${index}-unit`] as const)
  return (text) => pairs.reduce((renamed, [from, to]) => renamed.replaceAll(from, to), text)
}

const present = scenarioNames()

describe('src/logs', () => {
  it.each(present.filter((name) => !expected(name).needs_action))('finds nothing in the healthy %s', (name) => {
    expect(judged(name)).toEqual([])
  })

  it.each(present.filter((name) => borne[name]))('finds the truth of %s in its logs', (name) => {
    const { keywords = [], resource } = expected(name)
    const finding = judged(name).find((draft) => draft.mechanism === borne[name])
    expect(finding?.resource).toMatchObject({ kind: resource.kind, name: resource.name })
    expect(keywords).not.toEqual([])
    expect(keywords.filter((word) => !finding?.statement.toLowerCase().includes(word.toLowerCase()))).toEqual([])
    expect(finding?.statement.length).toBeLessThanOrEqual(300)
  })

  it('proposes something in the recordings, so that the rest of this proves something', () => {
    const proposing = present.filter((name) => judged(name).some(({ remedies }) => remedies.length > 0))
    expect(proposing.length).toBeGreaterThan(5)
  })

  it.each(present)('proposes nothing harmful in %s', (name) => {
    const kinds = judged(name).flatMap((draft) => draft.remedies.map((remedy) => remedy.kind))
    const harmful: ReadonlySet<string> = new Set(['delete_pod', 'restart_rollout', 'scale', 'patch_resources'])
    expect(kinds.filter((kind) => harmful.has(kind))).toEqual([])
  })

  it.each(present.filter((name) => borne[name]))('judges %s alike under other names', (name) => {
    const rename = renaming(name)
    const shape = (drafts: FindingDraft[], map: Rename) =>
      drafts.map((draft) => [
        draft.mechanism,
        draft.resource.kind,
        map(draft.resource.name),
        draft.remedies.map((remedy) => remedy.kind),
      ])
    expect(shape(judged(name, rename), (text) => text)).toEqual(shape(judged(name), rename))
  })
})
