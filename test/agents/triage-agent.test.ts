import { describe, expect, it } from 'vitest'
import { runAgent } from '#agents/run-agent.ts'
import { triageAgent } from '#agents/triage-agent.ts'
import type { KubernetesObject } from '#src/domain/kubernetes/objects.ts'
import { agentDeps } from '#test/helpers/agent-deps.ts'
import { clusterView, container, crashLoop, deployment, snapshot } from '#test/helpers/build-cluster.ts'
import { incidentOf } from '#test/helpers/recorded-investigation.ts'

async function triage(objects: KubernetesObject[], signal = new AbortController().signal) {
  const input = { brief: { incident: incidentOf(snapshot(objects)) }, results: [], findings: [] }
  const result = await runAgent(triageAgent, input, agentDeps({ view: clusterView(objects), signal }))
  if (result.kind === 'handoff') throw new Error('unexpected handoff')
  return result.output
}

describe('agents/triage-agent', () => {
  it('asks only what ready programs complain about where everything is well', async () => {
    const output = await triage(deployment('web', [container('web')]))
    expect(output).toMatchObject({ findings: [], metric_questions: [], failed_rules: [] })
    expect(output.log_targets).toMatchObject([{ container: 'web', ready: 'any' }])
    expect(output.classification).toMatchObject({ category: 'none', severity: 'P5' })
  })

  it('finds the symptom, classifies it and asks for the log of what crashes', async () => {
    const output = await triage(deployment('web', [container('web')], { statuses: [crashLoop('web')] }))
    expect(output.findings.map((finding) => finding.mechanism)).toContain('container_crash')
    expect(output.classification).toMatchObject({ category: 'application', service: 'web' })
    expect(output.log_targets).toMatchObject([{ container: 'web', workload: { kind: 'Deployment', name: 'web' } }])
  })

  it('asks for metrics where memory decides', async () => {
    const statuses = [crashLoop('web', 137, 'OOMKilled')]
    const limited = container('web', { resources: { limits: { memory: '64Mi' } } })
    expect((await triage(deployment('web', [limited], { statuses }))).metric_questions).toMatchObject([
      { metric: 'memory_working_set', limit: '64Mi' },
    ])
  })

  it('names the rules that could not be asked any more when the time is up', async () => {
    const output = await triage(deployment('web', [container('web')]), AbortSignal.abort())
    expect(output.failed_rules.length).toBeGreaterThan(5)
    expect(output.failed_rules[0]).toContain('the time was up')
  })
})
