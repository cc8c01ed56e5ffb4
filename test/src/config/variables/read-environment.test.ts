import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { readEnvironment } from '#src/config/variables.ts'

describe('src/config/variables/read-environment', () => {
  const folder = mkdtempSync(join(tmpdir(), 'environment-'))
  const file = join(folder, '.env')
  afterEach(() => rmSync(file, { force: true }))

  it('takes what the file says where the environment says nothing', () => {
    writeFileSync(file, '# a comment\nKUBECONFIG=/from/file\nPORT="9000"\n')
    expect(readEnvironment({ PORT: '1', HOST: undefined }, file)).toEqual({ KUBECONFIG: '/from/file', PORT: '1' })
  })

  it('lets an empty variable of the environment switch off what the file says', () => {
    writeFileSync(file, 'KUBECONFIG=/from/file\n')
    expect(readEnvironment({ KUBECONFIG: '' }, file)).toEqual({ KUBECONFIG: '' })
  })

  it('does without a file', () => {
    expect(readEnvironment({ PORT: '1' }, file)).toEqual({ PORT: '1' })
    expect(readEnvironment({ PORT: '1' })).toEqual({ PORT: '1' })
  })
})
