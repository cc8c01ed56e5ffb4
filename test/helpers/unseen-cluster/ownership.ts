import type { ConfigMap } from '#src/domain/kubernetes/cluster.ts'
import type { FieldOwner, KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import { ago, event, status } from '#test/helpers/build-cluster.ts'
import { nodes, pick, thing, web } from './parts.ts'
import type { UnseenCase } from './unseen-case.ts'

/** The objects, the first of a kind with what is said of who writes its fields. */
function withOwners(objects: KubernetesObject[], kind: string, fieldOwners: FieldOwner[]): KubernetesObject[] {
  const owned = pick(objects, kind)
  return objects.map((each) =>
    each === owned ? { ...each, metadata: { ...each.metadata, creationTimestamp: ago(90_000), fieldOwners } } : each,
  )
}

const wrote = (manager: string, seconds: number, ...paths: string[]): FieldOwner => ({
  manager,
  operation: 'Update',
  time: ago(seconds),
  paths,
})

const pulling = web('basket', {
  age: 90_000,
  pods: [
    {
      meta: { creationTimestamp: ago(500) },
      status: {
        phase: 'Pending',
        containerStatuses: [
          status('basket', {
            ready: false,
            state: {
              waiting: {
                reason: 'ImagePullBackOff',
                message: 'Back-off pulling image "registry.test/team/basket:1.0.0": not found',
              },
            },
          }),
        ],
      },
    },
  ],
})
const failedPull = event(
  pick(pulling, 'Pod'),
  'Failed',
  'Failed to pull image "registry.test/team/basket:1.0.0": rpc error: code = NotFound desc = failed to resolve reference: registry.test/team/basket:1.0.0: not found',
  { on: 'basket' },
)
const settings = thing<ConfigMap>(
  'ConfigMap',
  'settings',
  { data: { POOL_SIZE: 'ten' }, metadata: { fieldOwners: [wrote('kubectl-edit', 700, 'data[POOL_SIZE]')] } },
  90_000,
)
const misled = web('ledger', {
  container: { envFrom: [{ configMapRef: { name: 'settings' } }] },
  pods: [
    {
      statuses: [
        status('ledger', {
          ready: false,
          restartCount: 5,
          state: { waiting: { reason: 'CrashLoopBackOff' } },
          lastState: { terminated: { exitCode: 1, reason: 'Error', startedAt: ago(95), finishedAt: ago(60) } },
        }),
      ],
    },
  ],
})
const words = 'level=fatal msg="invalid value for POOL_SIZE: strconv.Atoi: parsing \\"ten\\": invalid syntax"'
const log = {
  [`${pick(misled, 'Pod').metadata.name}/ledger`]: words,
  [`${pick(misled, 'Pod').metadata.name}/ledger/previous`]: words,
}

/** Faults that somebody's change of the last hour brought, where the picture holds who writes which field. */
export const ownershipCases: UnseenCase[] = [
  {
    name: 'an image that somebody set minutes ago',
    objects: [
      ...nodes(),
      ...withOwners(pulling, 'Deployment', [wrote('kubectl-set', 510, 'spec.template.spec.containers[basket].image')]),
    ],
    events: [failedPull],
    roots: [{ at: 'Deployment/basket', by: ['image_not_found'] }],
    words: ['kubectl-set', 'containers[basket].image', '11:51:30'],
  },
  {
    name: 'a key of a config map that somebody edited before the program began to fail',
    objects: [...nodes(), ...misled, settings],
    logs: log,
    roots: [{ at: 'ConfigMap/settings', by: ['bad_config_value'] }],
    words: ['kubectl-edit', 'data[POOL_SIZE]', 'settings'],
  },
  {
    name: 'a field that was written days ago',
    objects: [...nodes(), ...withOwners(web('front'), 'Deployment', [wrote('helm', 86_000, 'spec.replicas')])],
    roots: [],
  },
]
