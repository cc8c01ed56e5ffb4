import { buildReport } from '#src/reporting/decision-report.ts'
import { MemorySaver } from '@langchain/langgraph-checkpoint'
import { describe, expect, it } from 'vitest'
import type { Mind } from '#agents/agent.ts'
import type { Diagnosis } from '#agents/diagnosis-agent.ts'
import { Decision } from '#src/domain/decision.ts'
import type { Snapshot } from '#src/domain/snapshot.ts'
import { createInvestigator } from '#src/orchestrator/investigator.ts'
import type { InvestigatorDeps } from '#src/orchestrator/investigator.ts'
import type { ObserveRequest } from '#src/observation/port.ts'
import { container, crashLoop, deployment, event, snapshot, waiting } from '#test/helpers/build-cluster.ts'
import { type Ask, incidentOf, recordedDeps, testWorkflow } from '#test/helpers/recorded-investigation.ts'
import type { LogSource } from '#tools/logs/log-source.ts'
import { createQueryLogsTool } from '#tools/logs/query-logs.ts'
import type { MetricSource } from '#tools/metrics/metric-source.ts'
import { createQueryMetricsTool } from '#tools/metrics/query-metrics.ts'
import { createToolRegistry } from '#tools/registry.ts'

const imageFault = snapshot(
  deployment('web', [container('web')], { statuses: [waiting('web', 'InvalidImageName', 'cannot parse "web:::"')] }),
)
const crash = snapshot(deployment('web', [container('web')], { statuses: [crashLoop('web')] }))

function investigate(
  picture: Snapshot,
  changes: Partial<InvestigatorDeps> = {},
  ask: Ask = {},
  signal = new AbortController().signal,
) {
  const deps = { ...recordedDeps('none', picture), clock: Date.now, ...changes }
  const request = { incident: incidentOf(picture, ask), run_id: 'run_1', trace_id: '0'.repeat(32), signal }
  return createInvestigator(deps).investigate(request)
}

/** A model that is asked only for the diagnosis. */
function minds(next: (rules: Diagnosis) => Diagnosis): InvestigatorDeps['minds'] {
  const mind: Mind<unknown, unknown> = {
    name: 'scripted-model',
    next: ({ rules_answer }) => ({ kind: 'output', output: next(rules_answer as Diagnosis), said: 'thought about it' }),
  }
  return { names: ['scripted-model'], mindFor: (agent) => (agent === 'diagnosis' ? mind : undefined) }
}

describe('src/orchestrator/investigator', () => {
  it('ends with a valid decision whose root cites evidence that is in it', async () => {
    const decision = await investigate(imageFault)
    expect(Decision.safeParse(decision).error).toBeUndefined()
    expect(decision).toMatchObject({ outcome: 'issue', run_id: 'run_1', incident_id: 'inc_1' })
    const [root] = decision.root_causes
    expect(root).toMatchObject({ mechanism: 'image_name_invalid', resource: { kind: 'Deployment', name: 'web' } })
    expect(decision.evidence.map((fact) => fact.id)).toEqual(expect.arrayContaining(root?.evidence ?? []))
    expect(decision.recommended_actions.length).toBeGreaterThan(0)
    expect(decision.team_reports.map((report) => report.team)).toEqual(expect.arrayContaining(['leader', 'action']))
    expect(Object.keys(decision.timings_ms)).toEqual(
      expect.arrayContaining(['observe', 'triage', 'diagnose', 'action_coordinator', 'total']),
    )
  })

  it('tells what a large incident leaves unread and unshown', async () => {
    const many = Array.from({ length: 25 }, (_, index) =>
      deployment(`app${index}`, [container('app')], { statuses: [crashLoop('app')] }),
    )
    const decision = await investigate(snapshot(many.flat()))
    const told = decision.gaps.map((gap) => gap.what)
    expect(told).toContain('the logs of 5 more containers that are not well')
    expect(told).toContain('15 more root causes')
    expect(decision.root_causes).toHaveLength(10)
  })

  it('tells how many facts and gaps it does not show', async () => {
    const image = 'registry.test/app:9'
    const many = Array.from({ length: 10 }, (_, index) =>
      deployment(`app${index}`, [container('app', { image })], {
        replicas: 4,
        statuses: [waiting('app', 'ImagePullBackOff', `Back-off pulling image "${image}": not found`)],
      }),
    ).flat()
    const events = many
      .filter(({ kind }) => kind === 'Pod')
      .map((pod) => event(pod, 'Failed', `Failed to pull image "${image}": not found`, { on: 'app' }))
    const gaps = Array.from({ length: 26 }, (_, index) => ({ what: `thing ${index}`, why: '500', needs: 'luck' }))
    const decision = await investigate({ ...snapshot(many, { events }), gaps })
    const told = decision.gaps.map(({ what }) => what).join('; ')
    expect(told).toMatch(/\d+ more gaps; \d+ more facts/)
    expect(decision.evidence.length).toBeLessThanOrEqual(40)
    expect(
      buildReport(decision)
        .gaps.map(({ what }) => what)
        .join(),
    ).toMatch(/\d+ more facts/)
  })

  it('says unknown with the gap for a namespace and for an object that do not exist', async () => {
    const picture = { ...snapshot([]), absent: ['Namespace//nowhere'], namespace: 'nowhere' }
    const nowhere = await investigate(picture, {}, { resource: { kind: 'Namespace', name: 'nowhere' } })
    expect(nowhere).toMatchObject({ outcome: 'unknown', root_causes: [], recommended_actions: [] })
    expect(nowhere.gaps).toMatchObject([{ what: 'Namespace nowhere' }])
    const resource = { kind: 'Deployment', namespace: 'shop', name: 'ghost' }
    const seen = {
      ...snapshot([]),
      coverage: { 'Deployment/shop': 'complete' as const, 'Pod/shop': 'complete' as const },
    }
    const ghost = await investigate(seen, {}, { resource })
    expect(ghost.outcome).toBe('unknown')
    expect(JSON.stringify(ghost.gaps)).toContain('ghost')
  })

  it('says unknown, never healthy, where the cluster could not be reached', async () => {
    const gap = { what: 'pods in namespace shop', why: 'connection refused', needs: 'a cluster that answers' }
    const decision = await investigate({ ...snapshot([]), coverage: {}, gaps: [gap] })
    expect(decision).toMatchObject({ outcome: 'unknown', gaps: [gap] })
  })

  it('says unknown where a step breaks', async () => {
    const decision = await investigate(crash, { observe: () => Promise.reject(new Error('bad day')) })
    expect(decision).toMatchObject({ outcome: 'unknown', stopped_by: 'critical_error' })
    expect(decision.gaps[0]).toMatchObject({ what: 'the step observe of the investigation', why: 'bad day' })
  })

  it.each<[string, InvestigatorDeps['observe']]>([
    [
      'heeds the signal',
      (_request, signal) =>
        new Promise<never>((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason))
        }),
    ],
    ['does not heed it', () => new Promise<never>(() => undefined)],
  ])('ends the investigation, not the conclusion, when the time is up and the cluster %s', async (_how, observe) => {
    const decision = await investigate(crash, { observe, workflow: { ...testWorkflow, timeout_seconds: 0.05 } })
    expect(decision).toMatchObject({ outcome: 'unknown', stopped_by: 'timeout' })
    expect(decision.gaps[0]).toMatchObject({ why: 'the time of the investigation was up' })
  })

  it('stops waiting for a log source that hangs, and says which logs are missing', async () => {
    const hanging: LogSource = { name: 'hanging', read: () => new Promise<never>(() => undefined) }
    const registry = createToolRegistry().register(createQueryLogsTool(hanging))
    const decision = await investigate(crash, { registry, workflow: { ...testWorkflow, timeout_seconds: 0.4 } })
    expect(decision).toMatchObject({ outcome: 'issue', stopped_by: 'timeout' })
    expect(JSON.stringify(decision.gaps)).toContain('the time of the investigation was up')
  })

  it('concludes with what it has when the turns are used up', async () => {
    const decision = await investigate(imageFault, { workflow: { ...testWorkflow, max_turns: 1 } })
    expect(decision).toMatchObject({ outcome: 'issue', stopped_by: 'max_turns' })
    expect(decision.recommended_actions.length).toBeGreaterThan(0)
  })

  it('gives the run up when the service ends', async () => {
    const service = new AbortController()
    const observe = () => {
      service.abort(new Error('shutting down'))
      return Promise.resolve(crash)
    }
    await expect(investigate(crash, { observe }, {}, service.signal)).rejects.toThrow()
  })

  it('keeps little of the thread, and nothing once it is told to forget it', async () => {
    const saver = new MemorySaver()
    const deps = { ...recordedDeps('none', crash), clock: Date.now, saver }
    const investigator = createInvestigator(deps)
    const { signal } = new AbortController()
    await investigator.investigate({ incident: incidentOf(crash), run_id: 'run_1', trace_id: '0'.repeat(32), signal })
    expect(size(saver)).toBeGreaterThan(0)
    expect(size(saver)).toBeLessThan(100_000)
    await investigator.forget('run_1')
    expect(size(saver)).toBe(0)
  })

  it('sends the model a question and takes its answer without any change to the graph', async () => {
    const decision = await investigate(imageFault, {
      minds: minds((rules) => ({ ...rules, summary: 'The image reference of web is unreadable.' })),
    })
    expect(decision.summary).toBe('The image reference of web is unreadable.')
    const leader = decision.team_reports.find((report) => report.team === 'leader')
    expect(leader?.agents).toMatchObject([
      { name: 'triage', mind: 'rules' },
      { name: 'diagnosis', mind: 'scripted-model' },
    ])
  })

  it('keeps the rules’ roots where a model cites findings that do not exist', async () => {
    const invented = { roots: [{ finding: 'f_99', confidence: 1, explains: [] }] }
    const decision = await investigate(imageFault, { minds: minds((rules) => ({ ...rules, ...invented })) })
    expect(decision.root_causes).toMatchObject([{ mechanism: 'image_name_invalid' }])
    expect(JSON.stringify(decision.team_reports)).toContain('cited a finding that does not exist')
  })

  it('keeps the rules’ root and requires approval where consensus is demanded and missing', async () => {
    const decision = await investigate(crash, {
      minds: minds((rules) => ({ ...rules, roots: [] })),
      workflow: { ...testWorkflow, require_consensus: true },
    })
    expect(decision.outcome).toBe('issue')
    expect(decision.root_causes).toHaveLength(1)
    expect(JSON.stringify(decision.team_reports)).toContain('approval is required')
  })

  it('observes more at most twice, and nothing twice', async () => {
    const asked: (string[] | undefined)[] = []
    let count = 0
    const observe = ({ wider }: ObserveRequest) => {
      asked.push(wider?.map((ref) => ref.name))
      return Promise.resolve(crash)
    }
    const elsewhere = (name: string) => ({ kind: 'Service', namespace: 'other', name })
    const curious = minds((rules) => ({
      ...rules,
      confidence: 0.4,
      to_observe: [elsewhere('same'), elsewhere(`new-${++count}`)],
    }))
    const decision = await investigate(crash, {
      observe,
      minds: curious,
      workflow: { ...testWorkflow, max_turns: 60 },
    })
    expect(asked).toEqual([undefined, ['same', 'new-1'], ['same', 'new-1', 'new-2']])
    expect(decision.stopped_by).toBe('all_teams_reported')
  })

  it('cites what a metrics source measured, and asks for none where metrics decide nothing', async () => {
    const asked: string[] = []
    const source: MetricSource = {
      name: 'test',
      read: async ({ metric }) => {
        asked.push(metric)
        const points = [60e6, 61e6, 62e6].map((value, minute) => ({ time: `2026-03-04T11:5${minute}:00Z`, value }))
        return { status: 'read', query: 'working_set{pod="web-1"}', series: [{ pod: 'web-1', points }], warnings: [] }
      },
    }
    const registry = createToolRegistry().register(createQueryMetricsTool(source))
    await investigate(imageFault, { registry })
    expect(asked).toEqual([])
    const limited = container('web', { resources: { limits: { memory: '64Mi' } } })
    const oom = snapshot(deployment('web', [limited], { statuses: [crashLoop('web', 137, 'OOMKilled')] }))
    const decision = await investigate(oom, { registry })
    expect(asked).toEqual(['memory_working_set'])
    expect(decision.evidence.map((fact) => fact.source)).toContain('metric')
  })

  it('describes its teams, their members and its stop conditions', () => {
    const { teams, stop_conditions, minds: names } = createInvestigator(recordedDeps('none', crash)).describe()
    expect(Object.keys(teams)).toEqual(['leader', 'log', 'metric', 'action'])
    expect(teams['action']?.members.find((member) => member.name === 'guard')?.handoffs).toEqual(['recommendation'])
    expect(teams['metric']?.members[0]?.tools).toEqual(['query_metrics'])
    expect(stop_conditions.find((condition) => condition.name === 'max_turns')?.value).toBe(20)
    expect(names).toEqual(['rules'])
  })
})

function size(saver: MemorySaver): number {
  return (
    JSON.stringify([saver.storage, saver.writes], (_key, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
    ).length - JSON.stringify([{}, {}]).length
  )
}
