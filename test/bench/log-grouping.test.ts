import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'grouping-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function run(...options: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['test/bench/log-grouping.ts', ...options], {
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

describe('test/bench/log-grouping', () => {
  it('says what it takes', () => {
    expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('npm run bench:logs') })
  })

  it('refuses a folder without labelled logs and options that it does not know', () => {
    expect(run(folder)).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/^bench:logs: no \*_struct/),
    })
    expect(run(join(folder, 'none'))).toMatchObject({ status: 1, stderr: expect.stringMatching(/^bench:logs: ENOENT/) })
    expect(run('--what')).toMatchObject({ status: 1, stderr: expect.stringContaining('--what') })
    expect(run('a', 'b')).toMatchObject({ status: 1, stderr: expect.stringContaining('one folder at most') })
  })

  it('scores each system and the mean over systems, for people and for programs', () => {
    const logs = { up: ['order 1 paid,E1', 'order 2 paid,E1', 'shop open,E2'], down: ['a 1,E1', 'a 2,E2', 'b c d,E3'] }
    for (const [name, rows] of Object.entries(logs))
      writeFileSync(join(folder, `${name}_structured.csv`), `Content,EventId\n${rows.join('\n')}\n`)
    const { status, stdout, stderr } = run(folder, '-v')
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      bench: 'logs',
      corpus: 'labelled',
      systems: 2,
      mean_grouping_accuracy: 0.667,
      mean_group_f1: 0.7,
      mean_group_precision: 0.75,
      mean_group_recall: 0.667,
      files: [
        { name: 'down_structured.csv', lines: 3, grouping_accuracy: 0.333, group_f1: 0.4, statements: 3, found: 2 },
        { name: 'up_structured.csv', grouping_accuracy: 1, group_f1: 1, group_precision: 1, group_recall: 1 },
      ],
    })
    expect(stderr).toMatch(/^mean +0\.667 +0\.700 +0\.750 +0\.667$/m)
    expect(stderr).toContain('one group holds 2 statements')
  })
})
