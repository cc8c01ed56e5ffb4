import { z } from 'zod'
import { boundSignal, untilAborted } from '#src/domain/bound-signal.ts'
import type { EvidenceDraft } from '#src/domain/evidence.ts'
import type { Gap } from '#src/domain/gap.ts'
import type { Tool, ToolEffect, ToolResult } from './tool.ts'

/*
 * The catalogue of what agents can do, and the only way to call it: input is validated, time is limited, and nothing that a tool does
 * wrong gets past it as an exception. A write tool is never run here: asking for it yields a proposal, which policy and a person judge.
 */

/** What came of asking the registry. */
type ToolAnswer =
  | { status: 'done'; output: unknown; evidence: EvidenceDraft[]; gaps: Gap[] }
  /** A write tool was asked for: this is what it would do. */
  | { status: 'proposed'; proposal: { tool: string; input: unknown } }
  /** There is no such tool, or the input does not fit; nothing was called. */
  | { status: 'refused'; gap: Gap }
  /** The input was valid and the call failed: time was up, the tool threw, the run was cancelled. */
  | { status: 'failed'; gap: Gap }

/** A tool as a mind and `/workflow/info` see it. */
interface ToolDescription {
  name: string
  description: string
  effect: ToolEffect
  timeout_ms: number
  /** JSON schema of the input. */
  input: unknown
}

/** Tools by name. */
export interface ToolRegistry {
  /** Adds a tool; a name that is taken is refused with an exception, for it is a mistake of the wiring. */
  register<Input, Output>(tool: Tool<Input, Output>): ToolRegistry
  /** Never rejects. */
  call(name: string, input: unknown, signal: AbortSignal): Promise<ToolAnswer>
  describe(): ToolDescription[]
}

interface Entry {
  describe(): ToolDescription
  call(input: unknown, signal: AbortSignal): Promise<ToolAnswer>
}

/** An empty registry. */
export function createToolRegistry(): ToolRegistry {
  const entries = new Map<string, Entry>()
  const registry: ToolRegistry = {
    register(tool) {
      if (entries.has(tool.name))
        throw new Error(`SRE_TOOLS_DUPLICATE: a tool named ${tool.name} is registered already`)
      entries.set(tool.name, entryOf(tool))
      return registry
    },
    async call(name, input, signal) {
      const entry = entries.get(name)
      if (!entry)
        return { status: 'refused', gap: gapOf(name, 'there is no such tool', 'one of the tools that are listed') }
      return entry.call(input, signal)
    },
    describe: () => [...entries.values()].map((entry) => entry.describe()),
  }
  return registry
}

function entryOf<Input, Output>(tool: Tool<Input, Output>): Entry {
  return {
    describe: () => ({
      name: tool.name,
      description: tool.description,
      effect: tool.effect,
      timeout_ms: tool.timeout_ms,
      input: z.toJSONSchema(tool.input, { unrepresentable: 'any', io: 'input' }),
    }),
    async call(input, signal) {
      const parsed = tool.input.safeParse(input)
      if (!parsed.success) return { status: 'refused', gap: invalidInput(tool.name, parsed.error) }
      if (tool.effect === 'write') return { status: 'proposed', proposal: { tool: tool.name, input: parsed.data } }
      return runLimited(tool, parsed.data, signal)
    },
  }
}

async function runLimited<Input, Output>(
  tool: Tool<Input, Output>,
  input: Input,
  outer: AbortSignal,
): Promise<ToolAnswer> {
  const reason = () => new Error(`timed out after ${tool.timeout_ms} ms`)
  using bound = boundSignal(outer, { ms: tool.timeout_ms, reason })
  try {
    const result = await runTool(tool, input, bound.signal)
    return { status: 'done', ...result }
  } catch (error) {
    const why = outer.aborted ? 'the time of the investigation was up' : reasonOf(error)
    return { status: 'failed', gap: gapOf(tool.name, why, `an answer of ${tool.name}`) }
  }
}

/** Ends with the signal also where the tool does not listen to it. */
async function runTool<Input, Output>(
  tool: Tool<Input, Output>,
  input: Input,
  signal: AbortSignal,
): Promise<ToolResult<Output>> {
  signal.throwIfAborted()
  return untilAborted(tool.run(input, { signal }), signal)
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : 'it failed without a reason'
  return text.slice(0, 200)
}

function invalidInput(tool: string, error: z.ZodError): Gap {
  const issues = error.issues.slice(0, 3).map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`)
  return gapOf(tool, `the input does not fit: ${issues.join('; ')}`, 'input as the tool describes it')
}

function gapOf(tool: string, why: string, needs: string): Gap {
  return { what: `what the tool ${tool} would have shown`, why, needs }
}
