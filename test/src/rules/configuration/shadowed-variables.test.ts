import { describe, expect, it } from 'vitest'
import { shadowedVariables } from '#src/rules/configuration/shadowed-variables.ts'
import type { Container, ContainerStatus, KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import {
  ago,
  clusterView,
  configMap,
  container,
  crashLoop,
  deployment,
  secret,
  service,
  status,
} from '#test/helpers/build-cluster.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

const up = status('api')
const unready = status('api', { ready: false, state: { running: { startedAt: ago(240) } } })
const twice = (first: string, second: string): Partial<Container> => ({
  env: [
    { name: 'DB_HOST', value: first },
    { name: 'DB_HOST', value: second },
  ],
})
const over = (value: string): Partial<Container> => ({
  env: [{ name: 'DB_HOST', value }],
  envFrom: [{ configMapRef: { name: 'settings' } }],
})
const judge = (spec: Partial<Container>, one: ContainerStatus = crashLoop('api'), more: KubernetesObject[] = []) =>
  shadowedVariables.find(
    clusterView([
      ...deployment('web', [container('api', spec)], { statuses: [one] }),
      service('ledger'),
      configMap('settings', { DB_HOST: 'ledger:5432', LOG_LEVEL: 'info' }),
      ...more,
    ]),
  )

describe('src/rules/configuration/shadowed-variables', () => {
  it.each<[string, Partial<Container>, string[]]>([
    [
      'names no Service',
      twice('ledger', 'ledger-old'),
      ['DB_HOST', '"ledger-old"', '"ledger"', 'Service ledger-old', 'not found'],
    ],
    [
      'names no Service in its URL',
      over('postgres://app@ledger-old:5432/x'),
      ['DB_HOST', '"ledger:5432"', 'envFrom', 'ConfigMap settings'],
    ],
    ['is empty', over(''), ['DB_HOST', '""', '"ledger:5432"', 'envFrom', 'ConfigMap settings', 'empty']],
  ])('tells the value that wins where it %s, and how to restore the other', (_, spec, facts) => {
    for (const one of [crashLoop('api'), unready]) {
      const [found, ...others] = judge(spec, one)
      expect(others).toEqual([])
      expect(found).toMatchObject({ mechanism: 'env_shadowed', resource: { kind: 'Deployment', name: 'web' } })
      expect(missingFacts(found?.statement, ...facts)).toEqual([])
      expect(found?.remedies[0]).toMatchObject({ kind: 'set_env', params: { container: 'api', name: 'DB_HOST' } })
    }
  })

  it('does not write down a value that a Secret gives', () => {
    const spec = { env: [{ name: 'TOKEN', value: '' }], envFrom: [{ secretRef: { name: 'keys' } }] }
    const [found] = judge(spec, crashLoop('api'), [secret('keys', ['TOKEN'])])
    expect(missingFacts(found?.statement, 'TOKEN', 'envFrom', 'Secret keys')).toEqual([])
    expect(found?.remedies[0]).toMatchObject({ kind: 'custom_instruction', params: { change: 'remove_env' } })
  })

  it.each<[string, Partial<Container>, ContainerStatus]>([
    ['the workload is well', twice('ledger', 'ledger-old'), up],
    ['both values lead to a Service', twice('ledger', 'ledger:5433'), unready],
    ['the value that wins is the one that leads somewhere', twice('ledger-old', 'ledger'), unready],
    ['the name lies outside the cluster', twice('ledger', 'db.example.com'), unready],
    ['the value is no host', twice('ledger', '/var/run/db.sock'), unready],
    ['the variable is given once', { env: [{ name: 'DB_HOST', value: '' }] }, unready],
    ['both are empty', twice('', ''), unready],
  ])('is silent where %s', (_, spec, one) => {
    expect(judge(spec, one)).toEqual([])
  })
})
