import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '#src/config/load-config.ts'
import { IncidentNotifier } from '#src/incidents/incident-notifier.ts'
import { openStore } from '#src/open-store.ts'
import { listenHttp } from '#src/server/http-listener.ts'
import { wireServer } from '#src/wire-server.ts'
import { wireWorker } from '#src/wire-worker.ts'
import { answerFor } from '#test/helpers/answer-for.ts'
import { quietLogger } from '#test/helpers/quiet-logger.ts'
import { ScriptedInvestigator } from '#test/helpers/scripted-investigator.ts'

const root = join(import.meta.dirname, '../..')

/** The service as it is wired, over a store on disk and without a cluster: whatever runs is decided at once. */
export async function startFuzzService(): Promise<AsyncDisposable & { url: string; errors: () => object[] }> {
  await using stack = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'))
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const DATABASE_URL = `sqlite:${join(folder, 'fuzz.db')}`
  const env = { DATABASE_URL, MAX_CONCURRENT_ALERTS: '8', ALERT_QUEUE_LIMIT: '100000' }
  const config = loadConfig({ env, cwd: folder, root: folder })
  const [logger, notifier, now] = [quietLogger(), new IncidentNotifier(), Date.now]
  const store = stack.adopt(await openStore(config.store), (opened) => opened.close())
  const investigator = new ScriptedInvestigator()
  investigator.answerWith = (request) => {
    investigator.open.length = 0
    return answerFor(request)
  }
  const onEnded = (id: string) => notifier.notify(id)
  const worker = wireWorker({ config, store, investigator, logger, now, onEnded })
  stack.defer(() => worker.drain(5_000))
  const ended = new AbortController()
  const storm = { active: false, opened_last_minute: 0, limit_per_minute: 60 }
  const { routes, intake, catalogue } = wireServer({
    config,
    store,
    investigator,
    worker,
    notifier,
    now,
    logger,
    root,
    version: '0.0.0',
    status: {
      health: () => Promise.reject(new Error('not part of it')),
      readiness: () => Promise.resolve({ ready: true, checks: [] }),
      queue: async (limit) => {
        const { opened_last_minute, ...view } = await store.watch.view(now(), limit)
        return { ...view, limit: 8, storm: { ...storm, opened_last_minute } }
      },
    },
    stopping: ended.signal,
    ended: ended.signal,
  })
  stack.use(catalogue)
  const listener = await listenHttp(routes, '127.0.0.1', 0)
  stack.defer(() => intake.close())
  stack.defer(() => listener.close(0))
  stack.defer(() => ended.abort())
  const opened = stack.move()
  return {
    url: listener.url,
    errors: () => logger.lines.filter(({ level }) => level === 'error'),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}
