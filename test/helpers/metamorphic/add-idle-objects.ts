import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import { addObjects } from './add-objects.ts'
import type { Recording, Retold } from './recording.ts'

/** What stands about in every namespace and harms nobody: configuration that nothing uses, a policy that allows, a sleeping cron job. */
export function addIdleObjects(recording: Recording): Retold {
  const { snapshot } = recording
  const thing = (kind: string, name: string, rest: object): KubernetesObject => ({
    apiVersion: 'v1',
    kind,
    metadata: {
      name,
      namespace: snapshot.namespace,
      uid: `uid-${kind}-${name}`,
      creationTimestamp: '2026-01-05T08:00:00Z',
    },
    ...rest,
  })
  const spec = { containers: [{ name: 'tidy', image: 'registry.jobs.example/tidy:1' }], restartPolicy: 'Never' }
  const ran = new Date(Date.parse(snapshot.taken_at) - 60_000).toISOString()
  const added = [
    thing('ConfigMap', 'left-over', { data: { DATABASE_URL: 'postgres://nowhere.invalid:5432/none', MODE: 'off' } }),
    thing('Secret', 'left-over', { type: 'Opaque', keys: ['password'] }),
    thing('ServiceAccount', 'tidy', {}),
    thing('Service', 'mail', { spec: { type: 'ExternalName', externalName: 'smtp.example.com' } }),
    thing('NetworkPolicy', 'allow-all', {
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: [{}], egress: [{}] },
    }),
    thing('CronJob', 'tidy', {
      spec: { schedule: '* * * * *', jobTemplate: { spec: { template: { spec } } } },
      status: { lastScheduleTime: ran, lastSuccessfulTime: ran },
    }),
  ]
  return { recording: { ...recording, snapshot: addObjects(snapshot, added) } }
}
