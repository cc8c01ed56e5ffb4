import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'

/** The position of a watch: every event up to `since` is done, and so are the events in `seen`. */
export const WatchState = z.object({ since: z.string(), seen: z.array(z.string()).max(10_000) })
export type WatchState = z.infer<typeof WatchState>

/** The remembered state; undefined where there is none. A file that cannot be read is an error, not a fresh start. */
export async function readWatchState(path: string): Promise<WatchState | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return
    throw error
  })
  if (text === undefined) return undefined
  try {
    return WatchState.parse(JSON.parse(text))
  } catch (cause) {
    throw new Error(`${path} is no state of a watch; move it away to start again`, { cause })
  }
}

/** Replaces the file in one step, so that a crash leaves the old state or the new one. */
export async function writeWatchState(path: string, state: WatchState): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const next = `${path}.next`
  await writeFile(next, JSON.stringify(state), { mode: 0o600 })
  await rename(next, path)
}
