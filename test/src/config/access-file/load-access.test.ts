import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ConfigProblem } from '#src/config/config.ts'
import { loadAccess } from '#src/config/access-file.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'access-'))
  mkdirSync(join(root, 'configs'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function read(yaml: string, env: Record<string, string> = {}, host = '127.0.0.1') {
  const path = join(root, 'configs/access.yaml')
  writeFileSync(path, yaml)
  const problems: ConfigProblem[] = []
  return { access: loadAccess({ host, path }, { cwd: root, root, env }, problems), problems }
}

const hash = (digit: string) => digit.repeat(64)
const oidc = 'oidc: {issuer: https://login.example.com, audience: sre-agent, role_map: {oncall: operator}}'

describe('src/config/access-file/load-access', () => {
  it('says nothing where the file says nothing', () => {
    expect(read('')).toEqual({ access: undefined, problems: [] })
    expect(read('tokens: []\nwebhooks: {}')).toEqual({ access: undefined, problems: [] })
  })

  it('fills in what a section of oidc leaves out', () => {
    expect(read(oidc, {}, '0.0.0.0')).toMatchObject({
      access: { oidc: { name_claim: 'sub', roles_claim: 'roles', role_map: { oncall: 'operator' } } },
      problems: [],
    })
  })

  it.each([
    ['tokens: [{name: a, role: root, sha256: xyz}]', ['tokens.0.role', 'tokens.0.sha256']],
    ['tokens: [{name: "a b", role: admin}]', ['tokens.0.name', 'tokens.0.sha256']],
    ['tokens: [{name: a, role: admin, token: plain}]', ['tokens.0.sha256', 'tokens.0.token']],
    ['token: []', ['token']],
    ['webhooks: {generic: {secret_env: A}}', ['webhooks.generic']],
    ['webhooks: {github: {}}', ['webhooks.github']],
    ['webhooks: {github: {secret_env: A, secret_file: b}}', ['webhooks.github']],
    ['oidc: {issuer: http://login.example.com, audience: a, role_map: {}}', ['oidc.issuer']],
    ['oidc: {issuer: https://a, audience: a, role_map: {x: king}}', ['oidc.role_map.x']],
    [
      `tokens: [{name: a, role: admin, sha256: ${hash('a')}}, {name: a, role: reader, sha256: ${hash('b')}}]`,
      ['tokens.1.name'],
    ],
    [
      `tokens: [{name: a, role: admin, sha256: ${hash('a')}}, {name: b, role: reader, sha256: ${hash('A')}}]`,
      ['tokens.1.sha256'],
    ],
  ])('names what is wrong in %s', (yaml, places) => {
    const { problems } = read(yaml)
    expect(problems.map(({ where }) => where).toSorted()).toEqual(
      places.map((place) => `configs/access.yaml: ${place}`),
    )
  })

  it('takes the secret of a webhook from a variable or a file', () => {
    writeFileSync(join(root, 'secret'), 'from the file\n')
    const { access, problems } = read('webhooks: {github: {secret_env: GH}, slack: {secret_file: secret}}', {
      GH: 'from the variable',
    })
    expect(problems).toEqual([])
    expect(access?.webhooks).toEqual({ github: { secret: 'from the variable' }, slack: { secret: 'from the file' } })
  })

  it('refuses a secret that is not there or too short, and never shows one', () => {
    const { problems } = read(
      'webhooks: {github: {secret_env: GH}, slack: {secret_file: none}, grafana: {secret_env: G}}',
      {
        G: 'hunter2',
      },
    )
    expect(problems.map(({ where }) => where)).toEqual([
      'configs/access.yaml: webhooks.github',
      'configs/access.yaml: webhooks.slack',
      'configs/access.yaml: webhooks.grafana',
    ])
    expect(JSON.stringify(problems)).not.toContain('hunter2')
  })

  it('does not count the secret of a webhook as a way to tell callers apart', () => {
    const { problems } = read('webhooks: {github: {secret_env: GH}}', { GH: 'long enough' }, '0.0.0.0')
    expect(problems.map(({ where }) => where)).toEqual(['HOST'])
  })
})
