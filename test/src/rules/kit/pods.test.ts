import { describe, expect, it } from 'vitest'
import { containerGroups, isPodReady, livingPods, statusPath } from '#src/rules/kit/pods.ts'
import { ago, clusterView, container, deployment, pod, status, workload } from '#test/helpers/build-cluster.ts'

const names = (pods: readonly { metadata: { name: string } }[]) => pods.map(({ metadata }) => metadata.name)

describe('src/rules/kit/pods', () => {
  it('groups the containers of all pods of a workload by name, and tells what each is', () => {
    const init = container('migrate')
    const sidecar = container('proxy', { restartPolicy: 'Always' })
    const spec = { initContainers: [init, sidecar] }
    const groups = containerGroups(clusterView(deployment('api', [container('api')], { replicas: 2, spec })))
    expect(
      groups.map(({ workload: { kind, name }, container: own, instances }) => [
        kind,
        name,
        own,
        instances.map(({ role }) => role).join(),
      ]),
    ).toEqual([
      ['Deployment', 'api', 'migrate', 'init,init'],
      ['Deployment', 'api', 'proxy', 'sidecar,sidecar'],
      ['Deployment', 'api', 'api', 'app,app'],
    ])
  })

  it('takes the newest pods first, and none that is being deleted or that has ended well', () => {
    const pods = [
      pod('old', [container('a')], { meta: { creationTimestamp: ago(900) } }),
      pod('new', [container('a')], { meta: { creationTimestamp: ago(10) } }),
      pod('leaving', [container('a')], { meta: { deletionTimestamp: ago(5) } }),
      pod('ended', [container('a')], { status: { phase: 'Succeeded' } }),
    ]
    expect(names(livingPods(clusterView(pods)))).toEqual(['new', 'old'])
  })

  it('counts a failed pod only where nothing has replaced it', () => {
    const alone = pod('alone', [container('a')], { status: { phase: 'Failed' } })
    const replaced = deployment('api', [container('api')], { podStatus: { phase: 'Failed' } })
    expect(names(livingPods(clusterView([alone, ...replaced])))).toEqual(['alone'])
  })

  it('forgets the failures of a job that has completed', () => {
    const open = workload('Job', 'import', [container('import')], { podStatus: { phase: 'Failed' } })
    expect(names(livingPods(clusterView(open)))).toEqual(['import-0'])
    Object.assign(open.at(-1)!, { status: { conditions: [{ type: 'Complete', status: 'True' }] } })
    expect(livingPods(clusterView(open))).toEqual([])
  })

  it('calls a pod ready by its condition, unless it is being deleted', () => {
    const up = pod('api', [container('api')])
    expect(isPodReady(up)).toBe(true)
    expect(isPodReady(pod('api', [container('api')], { statuses: [status('api', { ready: false })] }))).toBe(false)
    expect(isPodReady({ ...up, metadata: { ...up.metadata, deletionTimestamp: ago(1) } })).toBe(false)
  })

  it('says where the status of a container is found', () => {
    const api = container('api')
    const side = container('side')
    const init = container('init')
    const both = pod('api', [api, side], { spec: { initContainers: [init] }, initStatuses: [status('init')] })
    expect(statusPath({ pod: both, spec: side, role: 'app' }, 'state')).toBe('.status.containerStatuses[1].state')
    expect(statusPath({ pod: both, spec: init, role: 'init' }, 'state')).toBe('.status.initContainerStatuses[0].state')
  })
})
