import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { kubernetesRules } from '#src/rules/index.ts'
import { ClusterView } from '#src/domain/cluster-view.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import type { Rule } from '#src/rules/rule.ts'
import type { Coverage, Snapshot } from '#src/domain/snapshot.ts'
import { recordedSnapshot, recordedView, scenarioNames } from '#test/helpers/recorded-snapshot.ts'

const recorded = scenarioNames()
const judge = (view: ClusterView): FindingDraft[] => kubernetesRules.flatMap((rule) => rule.find(view))

/** What the rules about the cluster must see in each recording, where it is in the folder: the mechanism and its object. */
const expected: [string, string, string][] = [
  ['09-pending-insufficient-resources', 'insufficient_resources', 'Deployment/feature-store'],
  ['10-pending-nodeselector', 'node_selector_mismatch', 'StatefulSet/search-data'],
  ['11-pending-taint', 'untolerated_taint', 'Deployment/image-tagger'],
  ['12-pvc-unbound', 'pvc_unbound', 'PersistentVolumeClaim/document-archive'],
  ['16-quota-exceeded', 'quota_exceeded', 'Deployment/experiment-runner'],
  ['18-service-selector-mismatch', 'service_selector_mismatch', 'Service/loyalty-points'],
  ['20-job-backofflimit', 'job_failed', 'Job/settlement-2026-11-19'],
  ['22-rollout-stuck', 'rollout_stuck', 'Deployment/checkout-api'],
  ['23-hpa-no-metrics', 'hpa_metrics_unavailable', 'HorizontalPodAutoscaler/recommender'],
  ['27-dependency-scaled-to-zero', 'scaled_to_zero', 'Deployment/cart-db'],
  ['30-daemonset-tainted-node', 'daemonset_node_excluded', 'DaemonSet/log-shipper'],
  ['31-statefulset-stuck-ordinal-0', 'statefulset_blocked', 'StatefulSet/ledger-db'],
  ['34-cronjob-suspended', 'cronjob_suspended', 'CronJob/nightly-invoice-run'],
  ['39-pod-stuck-finalizer', 'finalizer_blocks_deletion', 'Deployment/stream-relay'],
  ['45-hostport-conflict', 'host_port_conflict', 'Deployment/edge-proxy'],
  ['50-topology-spread', 'topology_spread_unsatisfiable', 'Deployment/match-engine'],
  ['57-scaled-to-zero', 'scaled_to_zero', 'Deployment/status-page'],
  ['66-admission-webhook-down', 'webhook_unavailable', 'ValidatingWebhookConfiguration/policy-guard'],
  ['67-loadbalancer-pending', 'load_balancer_pending', 'Service/public-api'],
  ['70-rollout-blocked-by-quota', 'quota_exceeded', 'Deployment/promo-api'],
  ['73-preempted-by-priority', 'preempted', 'Deployment/thumbnail-backfill'],
  ['84-storageclass-missing', 'storage_class_missing', 'PersistentVolumeClaim/data-tsdb-0'],
]
const present = expected.filter(([name]) => recorded.includes(name))

describe('src/rules/index', () => {
  it.each(present)('sees in %s: %s on %s', (name, mechanism, object) => {
    const seen = judge(recordedView(name)).map(
      (finding) => `${finding.mechanism} ${finding.resource.kind}/${finding.resource.name}`,
    )
    expect(seen).toContain(`${mechanism} ${object}`)
  })

  it.each(recorded.filter((name) => name.includes('healthy')))('is silent about %s', (name) => {
    expect(judge(recordedView(name))).toEqual([])
  })

  it.each(recorded)('finds in %s only what its rules declare', (name) => {
    const view = recordedView(name)
    const undeclared = kubernetesRules.flatMap(({ name: rule, finds, alsoFinds = [], find }: Rule) => {
      const declared = new Set<string>([...Object.keys(finds), ...alsoFinds])
      return find(view).flatMap(({ mechanism }) => (declared.has(mechanism) ? [] : [`${rule}: ${mechanism}`]))
    })
    expect(undeclared).toEqual([])
  })

  it('names each rule after its file', () => {
    const listed = [...readFileSync('src/rules/index.ts', 'utf8').matchAll(/from '\.\/[\w-]+\/([\w-]+)\.ts'/g)]
    expect(kubernetesRules.map(({ name }) => name).toSorted()).toEqual(listed.map(([, file = '']) => file).toSorted())
  })

  it.each(recorded)('keeps every sentence of %s short, every claim backed, every confidence a share', (name) => {
    const found = judge(recordedView(name))
    expect(found.length > 0).toBe(!name.includes('healthy'))
    expect(found.filter(({ statement }) => statement.length > 300)).toEqual([])
    expect(found.filter(({ evidence }) => evidence.length === 0)).toEqual([])
    expect(found.filter(({ confidence }) => !(confidence > 0 && confidence <= 1))).toEqual([])
  })

  it.each(recorded)(
    'never proposes to delete a pod, to change a Node but by a cordon, or to scale to nothing in %s',
    (name) => {
      const onNodes: ReadonlySet<string> = new Set(['cordon', 'uncordon', 'custom_instruction', 'escalate'])
      const harmful = judge(recordedView(name))
        .flatMap((finding) => finding.remedies)
        .filter(
          (remedy) =>
            remedy.kind === 'delete_pod' ||
            (remedy.target.kind === 'Node' && !onNodes.has(remedy.kind)) ||
            (remedy.kind === 'scale' && !(remedy.params.replicas > 0)),
        )
      expect(harmful).toEqual([])
    },
  )

  it.each(recorded)(
    'says the same of %s whatever the order of objects and events, and with events that carry no uid',
    (name) => {
      const whole = recordedSnapshot(name)
      const turned = Object.fromEntries(
        Object.entries(whole.objects).map(([kind, objects]) => [kind, objects.toReversed()]),
      )
      const events = whole.events
        .toReversed()
        .map((event) => ({ ...event, regarding: { ...event.regarding, uid: undefined } }))
      const told = (snapshot: Snapshot) =>
        judge(new ClusterView(snapshot))
          .map(
            (finding) =>
              `${finding.mechanism} ${finding.resource.kind}/${finding.resource.name} ${finding.container ?? ''}`,
          )
          .toSorted()
      expect(told({ ...whole, objects: turned, events })).toEqual(told(whole))
    },
  )

  it('finds in a whole namespace of a real cluster what is broken, and nothing about the rest', () => {
    const { items } = JSON.parse(readFileSync('test/fixtures/kubernetes/namespace-shapes.json', 'utf8')) as {
      items: KubernetesObject[]
    }
    const objects = Object.groupBy(items, (item) => item.kind) as Snapshot['objects']
    const scopes = items.map((item): [string, Coverage] => [
      `${item.kind}/${item.metadata.namespace ?? ''}`,
      'complete',
    ])
    const whole = {
      ...recordedSnapshot(recorded[0] ?? ''),
      taken_at: '2026-11-20T10:49:30Z',
      namespace: 'shapes',
      objects,
      events: [],
      coverage: Object.fromEntries(scopes),
    }
    const seen = judge(new ClusterView(whole)).map(
      (finding) => `${finding.mechanism} ${finding.resource.kind}/${finding.resource.name}`,
    )
    expect(seen.toSorted()).toEqual([
      'hpa_metrics_unavailable HorizontalPodAutoscaler/storefront',
      'image_not_found Deployment/storefront',
      'rollout_stuck Deployment/storefront',
      'storage_class_missing PersistentVolumeClaim/uploads',
    ])
  })
})
