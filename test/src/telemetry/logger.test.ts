import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const module = join(import.meta.dirname, '../../../src/telemetry/logger.ts')

/** What a program that logs leaves on its two outputs. */
function run(level: string, code: string): { stdout: string; lines: Record<string, unknown>[] } {
  const program = `import { createLogger } from ${JSON.stringify(module)}
    const logger = createLogger(${JSON.stringify(level)}, (text) => text.replaceAll('hunter2', '***'))
    ${code}
    logger.flush()`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
  const lines = stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  return { stdout, lines }
}

describe('src/telemetry/logger', () => {
  it('writes one JSON object a line to stderr, and nothing to stdout', () => {
    const { stdout, lines } = run('info', `logger.info({ trace_id: 'abc' }, 'done'); logger.debug({}, 'quiet')`)
    expect(stdout).toBe('')
    expect(lines).toMatchObject([{ level: 'info', msg: 'done', trace_id: 'abc', time: expect.stringMatching(/Z$/) }])
  })

  it('cleans what an error says before it is written', () => {
    const failure = `const error = new Error('password hunter2', { cause: new Error('again hunter2') })`
    const { lines } = run('debug', `${failure}; logger.error({ error }, 'failed')`)
    expect(lines[0]?.['error']).toMatchObject({ message: 'password ***', cause: 'again ***' })
    expect(JSON.stringify(lines)).not.toContain('hunter2')
  })

  it('tells of an error its type, code and message, cut, and its stack only at debug', () => {
    const failure = `const error = Object.assign(new TypeError('x'.repeat(9000)), { code: 'E1' })`
    const [line] = run('info', `${failure}; logger.error({ error }, 'failed')`).lines
    expect(line?.['error']).toEqual({ type: 'TypeError', code: 'E1', message: 'x'.repeat(500) })
    const [verbose] = run('debug', `${failure}; logger.error({ error }, 'failed')`).lines
    expect(verbose?.['error']).toHaveProperty('stack')
  })
})
