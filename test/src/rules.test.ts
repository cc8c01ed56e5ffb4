import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { kubernetesRules } from '#src/rules/index.ts'
import type { Mechanism } from '#src/domain/mechanism.ts'
import { clusterView, container, deployment, node, service } from '#test/helpers/build-cluster.ts'
import { recordedView, scenarioFolder, scenarioNames } from '#test/helpers/recorded-snapshot.ts'

/** Mechanisms of the families about pods and their containers: of these nothing but the expected ones may be found. */
const podMechanisms: ReadonlySet<string> = new Set<Mechanism>([
  ...(['container_crash', 'container_not_ready', 'container_create_failed', 'bad_command', 'port_conflict'] as const),
  ...(['image_platform_mismatch', 'run_as_non_root', 'lifecycle_hook_failed', 'init_container_failed'] as const),
  ...(['init_container_waiting', 'oom_killed', 'heap_over_limit', 'sandbox_failed', 'service_missing'] as const),
  ...(['evicted_ephemeral_storage', 'evicted_node_pressure', 'image_not_found', 'image_auth_failed'] as const),
  ...(['registry_unreachable', 'image_name_invalid', 'image_never_pull', 'image_pull_failed'] as const),
  ...(['missing_pull_secret', 'missing_configmap', 'missing_secret', 'missing_configmap_key'] as const),
  ...(['missing_secret_key', 'missing_pvc', 'readiness_failing', 'liveness_killing'] as const),
  ...(['startup_probe_failing', 'probe_misconfigured', 'liveness_too_aggressive'] as const),
])

const expected: Record<string, Mechanism[]> = {
  '01-missing-env': ['container_crash'],
  '03-oomkilled': ['container_crash', 'oom_killed'],
  '04-image-wrong-tag': ['image_not_found'],
  '05-registry-unreachable': ['registry_unreachable'],
  '07-missing-secret-key': ['container_create_failed', 'missing_secret_key'],
  '08-failed-mount-secret': ['container_not_ready', 'missing_secret'],
  '13-readiness-wrong-port': ['container_not_ready', 'probe_misconfigured', 'readiness_failing'],
  '14-liveness-hang': ['container_crash', 'liveness_killing'],
  '22-rollout-stuck': ['container_crash'],
  '25-evicted-ephemeral-storage': ['evicted_ephemeral_storage'],
  '32-healthy': [],
  '33-healthy-old-warnings': [],
  '36-two-faults': ['container_crash', 'image_not_found'],
  '39-pod-stuck-finalizer': [],
  '43-command-not-found': ['bad_command', 'container_crash', 'container_create_failed'],
  '46-jvm-heap-over-limit': ['container_crash', 'heap_over_limit', 'oom_killed'],
  '52-liveness-too-aggressive': ['container_crash', 'liveness_killing', 'liveness_too_aggressive'],
  '55-run-as-non-root': ['container_create_failed', 'run_as_non_root'],
  '57-scaled-to-zero': [],
  '61-configmap-key-missing-in-volume': ['container_not_ready', 'missing_configmap_key'],
  '64-init-waits-forever': ['container_not_ready', 'init_container_waiting', 'service_missing'],
  '67-loadbalancer-pending': [],
  '68-pull-secret-missing': ['image_auth_failed', 'missing_pull_secret'],
  '74-sidecar-crash-only': ['container_crash'],
  '77-healthy-completed-jobs': [],
}
const recorded = existsSync(scenarioFolder) ? scenarioNames() : []

describe('src/rules', () => {
  it('says nothing about a cluster in which nothing is wrong', () => {
    const objects = [...deployment('web', [container('api')], { replicas: 3 }), service('web'), node('node-1')]
    expect(kubernetesRules.flatMap((rule) => rule.find(clusterView(objects)))).toEqual([])
  })

  it.each(recorded.filter((name) => name in expected))(
    'sees what is wrong with the pods of %s, and no more',
    (name) => {
      const view = recordedView(name)
      const found = kubernetesRules.flatMap((rule) => rule.find(view)).map(({ mechanism }) => mechanism)
      expect([...new Set(found)].filter((mechanism) => podMechanisms.has(mechanism)).toSorted()).toEqual(expected[name])
    },
  )

  it.each(recorded)('proposes for %s nothing that only hides a fault', (name) => {
    const view = recordedView(name)
    const found = kubernetesRules.flatMap((rule) => rule.find(view))
    expect(found.length > 0).toBe(!name.includes('healthy'))
    const remedies = found.flatMap((finding) => finding.remedies)
    const hiding = remedies.filter(({ kind, params }) => kind === 'delete_pod' || ('remove' in params && params.remove))
    expect(hiding).toEqual([])
  })
})
