import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadScenarios } from '#src/evaluation/scenario.ts'
import { buildVerdict } from './build-answer.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scenarios-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function add(name: string, text: string) {
  await mkdir(join(folder, name), { recursive: true })
  await writeFile(join(folder, name, 'expected.json'), text)
}

describe('src/evaluation/scenario', () => {
  it('finds the incidents of a folder in order, and leaves out what is none', async () => {
    await add('b', JSON.stringify(buildVerdict()))
    await add('a', JSON.stringify(buildVerdict()))
    await mkdir(join(folder, 'empty'))
    await writeFile(join(folder, 'README.md'), 'notes')
    expect((await loadScenarios(folder)).map(({ name }) => name)).toEqual(['a', 'b'])
  })

  it('takes a folder that is one incident', async () => {
    await add('one', JSON.stringify(buildVerdict()))
    expect(await loadScenarios(join(folder, 'one'))).toMatchObject([{ name: 'one', folder: join(folder, 'one') }])
  })

  it('names the field that is wrong in a verdict', async () => {
    await add('one', JSON.stringify({ ...buildVerdict(), needs_action: 'yes' }))
    await expect(loadScenarios(folder)).rejects.toThrow(/one\/expected.json is no verdict: needs_action/)
  })

  it('refuses a verdict that is no JSON rather than leaving the incident out', async () => {
    await add('one', '{"namespace": ')
    await expect(loadScenarios(folder)).rejects.toThrow(SyntaxError)
  })
})
