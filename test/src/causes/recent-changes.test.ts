import { vocabulary } from '#agents/vocabulary.ts'
import { describe, expect, it } from 'vitest'
import { addRecentChanges } from '#src/causes/recent-changes.ts'
import type { Remedy } from '#src/domain/action.ts'
import type { ClusterView } from '#src/domain/cluster-view.ts'
import type { FindingDraft } from '#src/domain/finding.ts'
import type { FieldOwner, KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import type { Mechanism } from '#src/domain/mechanism.ts'
import {
  ago,
  clusterView,
  configMap,
  container,
  deployment,
  namespace,
  replicaSet,
} from '#test/helpers/build-cluster.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

const web = { kind: 'Deployment', namespace, name: 'web' }
const image = 'spec.template.spec.containers[web].image'

const owner = (manager: string, seconds: number, ...paths: string[]): FieldOwner => ({
  manager,
  operation: 'Update',
  time: ago(seconds),
  paths,
})

/** Deployment web, with what is said of its fields; a config map where one is given. */
function picture(owners: FieldOwner[], meta: object = {}, more: KubernetesObject[] = []) {
  const objects = deployment('web', [container('web', { envFrom: [{ configMapRef: { name: 'settings' } }] })])
  const target = objects.find(({ kind }) => kind === 'Deployment')
  if (target) target.metadata = { ...target.metadata, creationTimestamp: ago(90_000), fieldOwners: owners, ...meta }
  return clusterView([...objects, ...more])
}

function finding(mechanism: Mechanism, remedies: Remedy[] = [], since?: string): FindingDraft {
  return {
    mechanism,
    resource: web,
    severity: 'high',
    confidence: 0.9,
    confidence_reason: 'seen',
    statement: 'it fails',
    evidence: [],
    affects: [],
    blames: [],
    remedies,
    since,
  }
}

const scale: Remedy = {
  kind: 'scale',
  target: web,
  params: { replicas: 2 },
  reason: 'none runs',
  risk: 'low',
  reversible: true,
}

const tell = (view: ClusterView, draft: FindingDraft) => addRecentChanges(view, draft, vocabulary)

describe('src/causes/recent-changes', () => {
  it('says which field was changed, by whom and when', () => {
    const told = tell(picture([owner('kubectl-set', 240, image)]), finding('image_not_found'))
    expect(told.evidence).toHaveLength(1)
    const facts = ['kubectl-set', image, 'Deployment web', '11:56:00 UTC', '4m']
    expect(missingFacts(told.evidence[0]?.statement, ...facts)).toEqual([])
    expect(told.confidence_reason).toContain('kubectl-set')
  })

  it.each<[string, FieldOwner, Mechanism, string | undefined]>([
    ['it is of another kind than the fault', owner('kubectl-set', 240, 'spec.replicas'), 'image_not_found', undefined],
    ['it is older than an hour', owner('kubectl-set', 4000, image), 'image_not_found', undefined],
    ['it is the birth of the object', owner('kubectl-create', 90_000, image), 'image_not_found', undefined],
    ['it came long after the fault', owner('kubectl-set', 240, image), 'image_not_found', ago(3000)],
  ])('does not tell a change where %s', (_, field, mechanism, since) => {
    expect(tell(picture([field]), finding(mechanism, [], since)).evidence).toEqual([])
  })

  it('tells changes of the config maps that a workload uses, by key', () => {
    const settings = configMap('settings', { 'pool.size': 'ten' })
    settings.metadata = {
      ...settings.metadata,
      creationTimestamp: ago(90_000),
      fieldOwners: [owner('kubectl-edit', 300, 'data[pool.size]')],
    }
    const [fact] = tell(picture([], {}, [settings]), finding('bad_config_value')).evidence
    expect(missingFacts(fact?.statement, 'kubectl-edit', 'data[pool.size]', 'ConfigMap settings')).toEqual([])
  })

  it('does not say that a field changed which its manager only owns among others', () => {
    const many = owner('helm', 240, image, 'spec.replicas', 'spec.template.spec.containers[web].imagePullPolicy')
    const [fact] = tell(picture([many]), finding('image_not_found')).evidence
    expect(missingFacts(fact?.statement, 'helm', 'Deployment web')).toEqual([])
    expect(fact?.statement).not.toContain('changed')
  })

  it.each<[string, FieldOwner[], object, string]>([
    ['a GitOps tool by its manager', [owner('argocd-controller', 9000, 'spec.replicas')], {}, 'argocd-controller'],
    ['Helm by its annotation', [], { annotations: { 'meta.helm.sh/release-name': 'shop' } }, 'Helm release shop'],
    ['Flux by its label', [], { labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps' } }, 'Flux (apps)'],
  ])('sends the remedy to %s', (_, owners, meta, words) => {
    const [remedy] = tell(picture(owners, meta), finding('scaled_to_zero', [scale])).remedies
    expect(remedy?.reason).toContain(words)
    expect(remedy?.reason.startsWith('none runs.')).toBe(true)
  })

  it('sends a replica count to its autoscaler', () => {
    const hpa = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'web-hpa', namespace, uid: 'hpa' },
      spec: { maxReplicas: 4, scaleTargetRef: { kind: 'Deployment', name: 'web' } },
    } as KubernetesObject
    const [remedy] = tell(picture([], {}, [hpa]), finding('scaled_to_zero', [scale])).remedies
    expect(remedy?.reason).toContain('HorizontalPodAutoscaler web-hpa')
  })

  it('is surer of a cause where the newest revision shows that just this field changed', () => {
    const objects = deployment('web', [container('web', { image: 'registry.test/web:2' })], { revision: 2 })
    const target = objects.find(({ kind }) => kind === 'Deployment')
    if (!target) throw new Error('no deployment')
    const helm = owner('helm', 240, image, 'spec.replicas', 'spec.template.spec.containers[web].env')
    target.metadata = { ...target.metadata, creationTimestamp: ago(90_000), fieldOwners: [helm] }
    const sets = [replicaSet(target, 1, [container('web', { image: 'registry.test/web:1' })])]
    const newest = objects.find(({ kind }) => kind === 'ReplicaSet')
    if (newest) newest.metadata.creationTimestamp = ago(239)
    const told = tell(clusterView([...objects, ...sets]), finding('image_not_found'))
    expect(missingFacts(told.evidence[0]?.statement, 'helm', 'changed', image, 'Deployment web')).toEqual([])
    expect(told.confidence).toBeCloseTo(0.93)
    expect(tell(clusterView([...objects, ...sets]), finding('readiness_failing')).confidence).toBe(0.9)
  })

  it('leaves alone what only hands write', () => {
    expect(
      tell(picture([owner('kubectl-edit', 9000, 'spec.replicas')]), finding('scaled_to_zero', [scale])).remedies,
    ).toEqual([scale])
  })
})
