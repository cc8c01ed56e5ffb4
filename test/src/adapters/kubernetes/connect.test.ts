import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadKubeConfig } from '#src/adapters/kubernetes/connect.ts'

const folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'))
const write = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}
const config = (server: string) => `apiVersion: v1
kind: Config
current-context: here
clusters: [{name: c, cluster: {server: "${server}"}}]
users: [{name: u, user: {token: top-secret-token}}]
contexts: [{name: here, context: {cluster: c, user: u}}, {name: there, context: {cluster: gone, user: u}}]
`

describe('src/adapters/kubernetes/connect', () => {
  afterAll(() => rmSync(folder, { recursive: true }))

  it('takes the current context, or the one that is named', () => {
    const kubeconfig_path = write('good', config('https://cluster.test'))
    expect(loadKubeConfig({ kubeconfig_path }).getCurrentContext()).toBe('here')
    expect(() => loadKubeConfig({ kubeconfig_path, context: 'there' })).toThrow('no cluster for context "there"')
    expect(() => loadKubeConfig({ kubeconfig_path, context: 'nowhere' })).toThrow('no cluster for context "nowhere"')
  })

  it('takes several files, and passes over missing ones', () => {
    const first = write('first', config('https://cluster.test'))
    const second = write('second', config('https://other.test').replaceAll(/\b(here|there|[cu])(?=[,}\n])/g, '$1-2'))
    const chosen = loadKubeConfig({ kubeconfig_path: [join(folder, 'none'), first, second].join(delimiter) })
    expect(chosen.getCurrentContext()).toBe('here')
    expect(chosen.getContexts().length).toBe(4)
  })

  it('names a missing file, and repeats nothing of a broken one', () => {
    expect(() => loadKubeConfig({ kubeconfig_path: join(folder, 'none') })).toThrow(/none: ENOENT/)
    const broken = write('broken', `${config('https://cluster.test')}\n  - ][ token: top-secret-token`)
    expect(() => loadKubeConfig({ kubeconfig_path: broken })).toThrow(/not a valid kubeconfig$/)
  })

  it('refuses plain http, over which a token would travel in clear', () => {
    const kubeconfig_path = write('http', config('http://cluster.test'))
    expect(() => loadKubeConfig({ kubeconfig_path })).toThrow(/plain http/)
  })
})
