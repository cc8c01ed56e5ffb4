import { describe, expect, it } from 'vitest'
import { projectFieldOwners } from '#src/adapters/kubernetes/kubernetes-cluster-reader.ts'

const withFields = (managedFields: unknown) => ({ metadata: { name: 'web', managedFields } })
const time = '2026-11-20T10:47:44Z'

describe('src/adapters/kubernetes/kubernetes-cluster-reader/project-field-owners', () => {
  it('keeps manager, operation, time and the paths below spec and data', () => {
    const fieldsV1 = {
      'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
      'f:spec': {
        'f:replicas': {},
        'f:template': {
          'f:spec': {
            'f:containers': {
              'k:{"name":"web"}': {
                '.': {},
                'f:image': {},
                'f:env': { '.': {}, 'k:{"name":"DB_URL"}': { '.': {}, 'f:value': {} } },
                'f:ports': { 'k:{"containerPort":8080,"protocol":"TCP"}': { 'f:containerPort': {} } },
                'f:resources': {},
              },
            },
            'f:tolerations': {},
          },
        },
      },
      'f:status': { 'f:replicas': {} },
    }
    expect(projectFieldOwners(withFields([{ manager: 'kubectl-edit', operation: 'Update', time, fieldsV1 }]))).toEqual([
      {
        manager: 'kubectl-edit',
        operation: 'Update',
        time,
        paths: [
          'spec.replicas',
          'spec.template.spec.containers[web].image',
          'spec.template.spec.containers[web].env[DB_URL].value',
          'spec.template.spec.containers[web].ports[8080/TCP].containerPort',
          'spec.template.spec.containers[web].resources',
          'spec.template.spec.tolerations',
        ],
      },
    ])
  })

  it('names the keys of a config map, dots and all', () => {
    const fieldsV1 = { 'f:data': { '.': {}, 'f:app.yaml': {}, 'f:log.level': {} } }
    const [owner] = projectFieldOwners(withFields([{ manager: 'helm', operation: 'Update', time, fieldsV1 }]))
    expect(owner?.paths).toEqual(['data[app.yaml]', 'data[log.level]'])
  })

  it('leaves out who writes the status alone', () => {
    const fieldsV1 = { 'f:status': { 'f:readyReplicas': {} } }
    const controller = {
      manager: 'kube-controller-manager',
      operation: 'Update',
      subresource: 'status',
      time,
      fieldsV1,
    }
    expect(projectFieldOwners(withFields([controller]))).toEqual([])
  })

  it.each([
    ['nothing at all', undefined],
    ['no list', { manager: 'x' }],
    ['entries without a manager', [{ operation: 'Update', fieldsV1: { 'f:spec': { 'f:replicas': {} } } }]],
    ['keys that are no JSON', [{ manager: 'x', operation: 'Update', fieldsV1: { 'f:spec': 3 } }, 7, null]],
  ])('takes %s without falling over', (_, fields) => {
    expect(() => projectFieldOwners(withFields(fields))).not.toThrow()
  })
})
