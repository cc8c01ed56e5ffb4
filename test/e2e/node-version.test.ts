import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { spawnService } from '#test/helpers/spawn-service.ts'

const bin = join(import.meta.dirname, '../../bin/sre-agent.js')

/** A Node of the host that is too old for the service. */
function olderNode(): string | undefined {
  const places = (process.env['PATH'] ?? '').split(':').filter((place) => !place.includes('node_modules'))
  return ['/usr/bin', '/usr/local/bin', ...places]
    .map((place) => join(place, 'node'))
    .find((path) => {
      const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' })
      return status === 0 && Number(/^v(\d+)/.exec(stdout)?.[1]) < 24
    })
}
const older = olderNode()

describe('bin/sre-agent.js', () => {
  it.skipIf(!older)('goes on under the Node of the checkout where the host has an older one', () => {
    expect(execFileSync(older!, [bin, '--version'], { encoding: 'utf8' })).toMatch(/^\d+\.\d+\.\d+\n$/)
    expect(spawnSync(older!, [bin, 'no-such-command']).status).toBe(2)
  })

  it.skipIf(!older)('passes SIGTERM on, and the exit code back', async () => {
    const service = await spawnService({ node: older!, env: { SRE_AGENT_SCENARIOS: 'practice/incidents' } })
    service.child.kill('SIGTERM')
    expect(await service.ended).toBe(0)
    await service.remove()
  })

  it.skipIf(!older)('says what is missing where there is no newer Node at all', () => {
    const folder = mkdtempSync(join(tmpdir(), 'bin-'))
    cpSync(bin, join(folder, 'bin/sre-agent.js'))
    cpSync(join(import.meta.dirname, '../../package.json'), join(folder, 'package.json'))
    const { status, stderr } = spawnSync(older!, [join(folder, 'bin/sre-agent.js'), 'serve'], { encoding: 'utf8' })
    expect(status).toBe(78)
    expect(stderr).toMatch(/needs Node 24 or newer.*npm ci/)
    rmSync(folder, { recursive: true, force: true })
  })
})
