import { z } from 'zod'
import { RecommendedAction } from '#src/domain/action.ts'
import type { PlannedAction } from '#src/domain/action.ts'
import { printable } from '#src/reporting/printable.ts'
import { renderJson } from '#src/reporting/render-json.ts'
import { renderPlan } from '#src/reporting/render-plan.ts'
import type { TextOptions } from '#src/reporting/text-page.ts'
import { type CliPorts, exitCodes } from './cli-ports.ts'
import type { ServiceClient } from './service-client.ts'
import { textOptionsOf } from './terminal.ts'

/* What `approvals` and `executions` share: both show plans of a service that runs, and send nothing for a plan that the person has not read. */

const maxListed = 200

/** A list of a service: its items, its filters, and how it is printed. */
export interface ListQuery<Item> {
  /** Name of the list in the address and of the field in the response. */
  name: 'approvals' | 'executions'
  item: z.ZodType<Item>
  filters: Record<string, string | undefined>
  limit: number
  isJson: boolean
  /** What is printed where the list is empty. */
  none: string
  render: (items: Item[], options: TextOptions) => string
}

/** Prints a list, and says where it is empty or where there are more. */
export async function printList<Item>(
  service: ServiceClient,
  ports: CliPorts,
  query: ListQuery<Item>,
): Promise<number> {
  const { name, filters, limit, isJson, none, render } = query
  const search = new URLSearchParams({ limit: String(limit) })
  for (const [key, value] of Object.entries(filters)) if (value !== undefined) search.set(key, value)
  const { value: page } = await service.get({ path: `/api/${name}?${search.toString()}`, answer: pageOf(query) })
  if (isJson) for (const entry of page.raw) ports.stdout.write(renderJson(entry, 0))
  else if (page.items.length === 0) ports.stdout.write(`${none}\n`)
  else ports.stdout.write(render(page.items, tableOptions(ports)))
  if (page.isCut) {
    const more = limit < maxListed ? `--limit shows up to ${maxListed}, ` : ''
    ports.stderr.write(
      `There are more than the ${page.items.length} shown: ${more}the other options narrow the list.\n`,
    )
  }
  return exitCodes.ok
}

/** A table is as wide as the terminal is; elsewhere each row stays on one line. */
function tableOptions(ports: CliPorts): TextOptions {
  return { ...textOptionsOf(ports), width: ports.stdout.columns ?? Number.POSITIVE_INFINITY }
}

function pageOf<Item>({ name, item }: ListQuery<Item>) {
  return z.looseObject({ next_cursor: z.string().optional() }).transform((page, context) => {
    const raw = z.array(z.unknown()).safeParse(page[name])
    const items = z.array(item).safeParse(page[name])
    if (raw.success && items.success) return { raw: raw.data, items: items.data, isCut: page.next_cursor !== undefined }
    context.issues.push({ code: 'custom', message: `no ${name}`, input: page })
    return z.NEVER
  })
}

/** What the commands need of an incident; without a decision there is only its status. */
const ReadIncident = z.object({
  status: z.string(),
  summary: z.string().optional(),
  recommended_actions: z.array(RecommendedAction).default([]),
})

/** Reads an incident. */
export async function readIncident(service: ServiceClient, id: string): Promise<z.output<typeof ReadIncident>> {
  const { value } = await service.get({ path: `/api/incidents/${encodeURIComponent(id)}`, id, answer: ReadIncident })
  return value
}

/** Says that the person has read another plan, and shows the current one. */
export function refusePlan(
  { subject, given, plan, hash }: { subject: string; given: string; plan: PlannedAction; hash: string },
  ports: CliPorts,
): number {
  const { stderr } = ports
  stderr.write(printable(`Refused: ${subject} is for another plan than ${given}. Nothing was sent.`))
  stderr.write('\nThe current plan is:\n\n')
  stderr.write(renderPlan(plan, hash, { ...textOptionsOf(ports), colour: false }))
  return exitCodes.below
}
