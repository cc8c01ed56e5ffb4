import { describe, expect, it } from 'vitest'
import { quotaUsage } from '#src/rules/admission/quota-usage.ts'
import type { ResourceQuota } from '#src/domain/kubernetes/cluster.ts'
import { clusterView, namespace } from '#test/helpers/build-cluster.ts'
import { missingFacts } from '#test/helpers/missing-facts.ts'

const quota = (hard: Record<string, string>, used: Record<string, string>): ResourceQuota => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'team', namespace, uid: 'quota' },
  status: { hard, used },
})

describe('src/rules/admission/quota-usage', () => {
  it.each<[string, ResourceQuota, string[] | undefined]>([
    [
      'nearly used up',
      quota({ 'requests.memory': '2Gi', pods: '10' }, { 'requests.memory': '1900Mi', pods: '2' }),
      ['ResourceQuota team', 'requests.memory', '1900Mi', '2Gi'],
    ],
    ['used up', quota({ pods: '10' }, { pods: '10' }), ['pods', '10 of 10']],
    ['half used', quota({ pods: '10' }, { pods: '5' }), undefined],
    [
      'closed on purpose',
      quota({ 'count/services.loadbalancers': '0' }, { 'count/services.loadbalancers': '0' }),
      undefined,
    ],
    ['not counted yet', { ...quota({}, {}), status: undefined }, undefined],
  ])('tells of a quota that is %s as no more than a note', (_, object, facts) => {
    const found = quotaUsage.find(clusterView([object]))
    expect(found.map(({ severity }) => severity)).toEqual(facts ? ['info'] : [])
    expect(missingFacts(found[0]?.statement, ...(facts ?? []))).toEqual([])
  })
})
