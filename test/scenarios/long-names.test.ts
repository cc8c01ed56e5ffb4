import { describe, expect, it } from 'vitest'
import { kubernetesRules } from '#src/rules/index.ts'
import { ClusterView } from '#src/domain/cluster-view.ts'
import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import { Mechanism } from '#src/domain/mechanism.ts'
import type { Snapshot } from '#src/domain/snapshot.ts'
import { snapshot } from '#test/helpers/build-cluster.ts'
import { mapStrings } from '#test/helpers/metamorphic/map-strings.ts'
import { changeIncidents } from '#test/helpers/unseen/changes.ts'
import { configIncidents } from '#test/helpers/unseen/config.ts'
import { crashIncidents } from '#test/helpers/unseen/crashes.ts'
import { imageIncidents } from '#test/helpers/unseen/images.ts'
import { oddIncidents } from '#test/helpers/unseen/oddities.ts'
import { probeIncidents } from '#test/helpers/unseen/probes.ts'
import { rolloutIncidents } from '#test/helpers/unseen/rollouts.ts'
import { admissionCases } from '#test/helpers/unseen-cluster/admission.ts'
import { autoscalingCases } from '#test/helpers/unseen-cluster/autoscaling.ts'
import { controllerCases } from '#test/helpers/unseen-cluster/controllers.ts'
import { deletionCases } from '#test/helpers/unseen-cluster/deletion.ts'
import { jobCases } from '#test/helpers/unseen-cluster/jobs.ts'
import { networkCases } from '#test/helpers/unseen-cluster/network.ts'
import { nodeCases } from '#test/helpers/unseen-cluster/nodes.ts'
import { ownershipCases } from '#test/helpers/unseen-cluster/ownership.ts'
import { platformCases } from '#test/helpers/unseen-cluster/platform.ts'
import { routeCases } from '#test/helpers/unseen-cluster/routes.ts'
import { schedulingCases } from '#test/helpers/unseen-cluster/scheduling.ts'
import { storageCases } from '#test/helpers/unseen-cluster/storage.ts'
import { variantCases } from '#test/helpers/unseen-cluster/variants.ts'
import { recordedSnapshot, scenarioNames } from '#test/helpers/recorded-snapshot.ts'

/*
 * Names may have 253 characters. Whatever a rule says of such objects fits into 300 characters, and everything in it but the names
 * themselves (numbers, keys, reasons, what is done about it) stands there whole.
 */

const incidents = [
  ...changeIncidents,
  ...configIncidents,
  ...crashIncidents,
  ...imageIncidents,
  ...oddIncidents,
  ...probeIncidents,
  ...rolloutIncidents,
]
const cases = [
  ...admissionCases,
  ...autoscalingCases,
  ...controllerCases,
  ...deletionCases,
  ...jobCases,
  ...networkCases,
  ...nodeCases,
  ...ownershipCases,
  ...platformCases,
  ...routeCases,
  ...schedulingCases,
  ...storageCases,
  ...variantCases,
]
const pictures: [string, Snapshot][] = [
  ...[...incidents, ...cases].map(({ name, objects, events }): [string, Snapshot] => {
    const picture = snapshot(objects, { events })
    for (const scope of ['IngressClass/', 'GatewayClass/', 'Gateway/', 'HTTPRoute/'])
      picture.coverage[scope] = 'complete'
    return [name, picture]
  }),
  ...scenarioNames().map((name): [string, Snapshot] => [name, recordedSnapshot(name)]),
]

/** Kinds whose names are words of the cluster, not of its users. */
const fixed: ReadonlySet<string> = new Set(['Namespace', 'APIService'])

/** A name of 236 characters, so that those of its pods, which begin with it, stay within 253. */
function lengthen(name: string): string {
  const filler = '-of-the-longest-kind-that-a-server-takes'.repeat(7)
  return `${name}${filler}`.slice(0, 236 - 6) + `-${name.slice(-5)}`
}

/** The picture with every name lengthened; a name that begins with another one goes with it. */
function withLongNames(picture: Snapshot): { long: Snapshot; names: string[] } {
  const objects = Object.values(picture.objects).flat() as KubernetesObject[]
  const named = objects.filter(({ kind }) => !fixed.has(kind)).map(({ metadata }) => metadata.name)
  const names = [...new Set(named)].filter((name) => name.length > 2)
  const stems = names.filter((name) => !names.some((other) => name.startsWith(`${other}-`)))
  const escaped = stems.map((name) => RegExp.escape(name))
  const anyStem = new RegExp(`(?<![\\w-])(?:${escaped.join('|')})(?![\\w])`, 'g')
  return { long: mapStrings(picture, (text) => text.replace(anyStem, (name) => lengthen(name))), names }
}

/** Words of a sentence that hold none of the names. */
function factsOf(statement: string, names: readonly string[]): string[] {
  const words = statement.split(/[\s,;:()"'=/]+|\.(?=\s|$)/).filter((word) => word.length > 1)
  return words.filter((word) => !names.some((name) => word.includes(name)) && !/…|\.\.\.$|[0-9a-f]{40}/.test(word))
}

/** What the cluster itself says: a rule quotes it last, and its end may go. */
function quotable(picture: Snapshot): string {
  const messages = [...JSON.stringify(picture.objects).matchAll(/"message":"((?:[^"\\\\]|\\\\.)*)"/g)].map(
    ([, text]) => text,
  )
  return [...messages, ...picture.events.map(({ message }) => message)].join(' ')
}

const findingsOf = (picture: Snapshot) =>
  Map.groupBy(
    kubernetesRules.flatMap((rule) => rule.find(new ClusterView(picture))),
    ({ mechanism }) => mechanism,
  )

/** Said by rules over logs, whose sentences are fitted as they come in; or of pictures that are built in the tests of their rules. */
const elsewhere: ReadonlySet<string> = new Set(
  `application_error application_panic application_hang missing_env bad_config_value
   bad_args file_permission file_missing disk_full tls_failure
   authentication_failed rbac_forbidden migration_failed dependency_unreachable dns_name_unresolved
   port_conflict env_shadowed env_stale missing_pull_secret missing_priority_class
   liveness_too_aggressive topology_spread_unsatisfiable storage_class_missing pvc_resize_pending job_overrunning
   cpu_starved probe_timeout_too_short creation_refused service_no_local_endpoint node_heartbeat_stale node_clock_skew`.split(
    /\s+/,
  ),
)

const said = new Set<string>()

describe('scenarios/long-names', () => {
  it.each(pictures)('says it whole of %s', (_, picture) => {
    const { long, names } = withLongNames(picture)
    const short = findingsOf(picture)
    const quoted = quotable(picture)
    const lost = [...findingsOf(long)].flatMap(([mechanism, told]) => {
      expect(Math.max(...told.map(({ statement }) => statement.length))).toBeLessThanOrEqual(300)
      const before = short.get(mechanism) ?? []
      if (before.length !== told.length) return []
      said.add(mechanism)
      return told.flatMap(({ statement }, index) => {
        const facts = factsOf(before[index]?.statement ?? '', names).filter((word) => !statement.includes(word))
        const missing = /…(?![a-z0-9-])/.test(statement) ? facts.filter((word) => !quoted.includes(word)) : facts
        return missing.length > 0 ? [`${mechanism} lost ${missing.join(' ')} in: ${statement}`] : []
      })
    })
    expect(lost).toEqual([])
  })

  it('has held this against what rules over Kubernetes objects say', () => {
    const unsaid = Mechanism.options.filter((name) => !said.has(name) && !elsewhere.has(name))
    expect(unsaid).toEqual([])
  })
})
