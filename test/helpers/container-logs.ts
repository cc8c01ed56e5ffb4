import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a program printed before it ended, and what has to be read from it. */
export interface ContainerLogCase {
  title: string
  mechanism: string
  /** Words that the statement has to hold. */
  names: string[]
  /** Words that the finding may not hold anywhere. */
  never: string[]
  env: { name: string; value: string }[]
  text: string
}

const folder = join(import.meta.dirname, '../fixtures/container-logs')

/** Every case of `test/fixtures/container-logs`: `=== mechanism | title`, then `names:`, `env:` and `never:`, then `---`, then the log. */
export function containerLogCases(): ContainerLogCase[] {
  return readdirSync(folder).flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split(/^=== /m)
      .slice(1)
      .map((block) => parseCase(file.replace('.txt', ''), block)),
  )
}

function parseCase(family: string, block: string): ContainerLogCase {
  const [head = '', ...rest] = block.split('\n---\n')
  const [title = '', ...settings] = head.split('\n')
  const [mechanism = '', name = ''] = title.split(' | ')
  const listed = (key: string): string[] =>
    settings.flatMap((line) => (line.startsWith(`${key}: `) ? line.slice(key.length + 2).split(', ') : []))
  const env = listed('env').map((pair) => {
    const [variable = '', value = ''] = pair.split('=')
    return { name: variable, value }
  })
  return {
    title: `${family}: ${name}`,
    mechanism,
    names: listed('names'),
    never: listed('never'),
    env,
    text: rest.join('\n---\n').trimEnd(),
  }
}
