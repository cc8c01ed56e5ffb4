import type { CatalogueRecord } from '#src/domain/catalogue.ts'
import type { ServerDeps } from './service-ports.ts'

const most = 20

/** What the catalogue has of a service, for whoever looks into an incident; or, for an incident is shown in any case, that it is missing. */
export async function whereToLook(
  service: string,
  { catalogue, logger }: Pick<ServerDeps, 'catalogue' | 'logger'>,
): Promise<{ related_links: CatalogueRecord[]; related_links_cut: boolean } | { related_links_missing: true }> {
  try {
    const { items, next_cursor } = await catalogue.list({ service, limit: most })
    return { related_links: items, related_links_cut: next_cursor !== undefined }
  } catch (error) {
    logger.warn({ error }, 'an incident is shown without its entries of the catalogue')
    return { related_links_missing: true }
  }
}
