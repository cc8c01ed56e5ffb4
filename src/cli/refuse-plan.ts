import type { PlannedAction } from '#src/domain/action.ts'
import { printable } from '#src/reporting/printable.ts'
import { renderPlan } from '#src/reporting/render-plan.ts'
import { type CliPorts, exitCodes } from './cli-ports.ts'
import { textOptionsOf } from './text-options.ts'

/** Says that what was read is not what it is about, and shows what it is about now. */
export function refusePlan(
  { what, given, plan, hash }: { what: string; given: string; plan: PlannedAction; hash: string },
  ports: CliPorts,
): number {
  const { stderr } = ports
  stderr.write(printable(`Refused: ${what} is about another plan than ${given}. Nothing was sent.`))
  stderr.write(`\nIt is about this one now:\n\n`)
  stderr.write(renderPlan(plan, hash, { ...textOptionsOf(ports), colour: false }))
  return exitCodes.below
}
