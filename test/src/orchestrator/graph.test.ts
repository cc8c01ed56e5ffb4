import { MemorySaver } from '@langchain/langgraph-checkpoint'
import { describe, expect, it } from 'vitest'
import { buildLeaderGraph } from '#src/orchestrator/graph.ts'

describe('src/orchestrator/graph', () => {
  const graph = buildLeaderGraph(new MemorySaver())

  it('shows the teams with their agents inside the leader graph', async () => {
    const { nodes } = await graph.getGraphAsync({ xray: true })
    const shown = Object.keys(nodes).filter((name) => !/:__(?:start|end)__$/.test(name))
    expect(shown).toEqual([
      '__start__',
      'observe',
      'triage',
      'log_coordinator:loki_query',
      'log_coordinator:log_summarizer',
      'log_coordinator:log_pattern',
      'metric_coordinator:prometheus_query',
      'metric_coordinator:metric_analyzer',
      'metric_coordinator:anomaly_detector',
      'diagnose',
      'action_coordinator:recommendation',
      'action_coordinator:guard',
      'action_coordinator:approval',
      'conclude',
      '__end__',
    ])
  })

  it('has an edge for each handoff that an agent declares', () => {
    const teams = [...graph.getSubgraphs()].map(([, team]) => team as unknown as typeof graph)
    expect(teams).toHaveLength(3)
    const declared = teams.flatMap(({ builder }) =>
      Object.entries(builder.nodes).map(([name, { metadata, ends }]) => ({
        name,
        ends: ends ?? [],
        handoffs: (metadata?.['member'] as { handoffs: string[] } | undefined)?.handoffs ?? [],
      })),
    )
    expect(declared.flatMap(({ handoffs }) => handoffs)).toHaveLength(4)
    for (const { name, ends, handoffs } of declared)
      for (const target of handoffs) expect({ name, ends }).toMatchObject({ ends: expect.arrayContaining([target]) })
  })

  it('stores no state of a team: only the leader has checkpoints', () => {
    const savers = [...graph.getSubgraphs()].map(([, team]) => team.checkpointer)
    expect(savers).toEqual([false, false, false])
  })
})
