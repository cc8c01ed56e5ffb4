import { z } from 'zod'
import { renderJson } from '#src/reporting/render-json.ts'
import type { TextOptions } from '#src/reporting/text-page.ts'
import { type CliPorts, exitCodes } from './cli-ports.ts'
import { textOptionsOf } from './text-options.ts'
import type { ServiceTalk } from './with-service.ts'

/** A list that is asked for: what of, with which filters, and how it is printed. */
export interface ListAsk<Item> {
  /** Of the field that holds it, and of the address. */
  name: 'approvals' | 'executions'
  item: z.ZodType<Item>
  filters: Record<string, string | undefined>
  limit: number
  isJson: boolean
  /** What is said where there is none. */
  none: string
  render: (items: Item[], options: TextOptions) => string
}

/** Prints a list, and says where there is none, or more of it. */
export async function printList<Item>(service: ServiceTalk, ports: CliPorts, ask: ListAsk<Item>): Promise<number> {
  const { name, filters, limit, isJson, none, render } = ask
  const query = new URLSearchParams({ limit: String(limit) })
  for (const [key, value] of Object.entries(filters)) if (value !== undefined) query.set(key, value)
  const { value: page } = await service.get({ path: `/api/${name}?${query.toString()}`, answer: pageOf(ask) })
  if (isJson) for (const entry of page.raw) ports.stdout.write(renderJson(entry, 0))
  else if (page.items.length === 0) ports.stdout.write(`${none}\n`)
  else ports.stdout.write(render(page.items, tableOptions(ports)))
  if (page.isCut) {
    const more = limit < 200 ? '--limit shows up to 200, ' : ''
    ports.stderr.write(`More fit than the ${page.items.length} shown: ${more}the other options narrow it.\n`)
  }
  return exitCodes.ok
}

/** A table is as wide as the terminal is; where it goes elsewhere, each row stays on one line. */
function tableOptions(ports: CliPorts): TextOptions {
  return { ...textOptionsOf(ports), width: ports.stdout.columns ?? Number.POSITIVE_INFINITY }
}

function pageOf<Item>({ name, item }: ListAsk<Item>) {
  return z.looseObject({ next_cursor: z.string().optional() }).transform((page, context) => {
    const raw = z.array(z.unknown()).safeParse(page[name])
    const items = z.array(item).safeParse(page[name])
    if (raw.success && items.success) return { raw: raw.data, items: items.data, isCut: page.next_cursor !== undefined }
    context.issues.push({ code: 'custom', message: `no ${name}`, input: page })
    return z.NEVER
  })
}
