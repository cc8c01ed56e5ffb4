import { describe, expect, it } from 'vitest'
import { heapOptionsOf } from '#src/rules/kit/heap-options.ts'
import { container } from '#test/helpers/build-cluster.ts'

const mebi = 2 ** 20
const limit = 512 * mebi

describe('src/rules/kit/heap-options', () => {
  it.each([
    ['JAVA_TOOL_OPTIONS', '-Xmx1g -Dx=1', 1024, '-Xmx256m -Dx=1'],
    ['JAVA_OPTS', '-XX:MaxHeapSize=300M', 300, '-XX:MaxHeapSize=256m'],
    ['CATALINA_OPTS', '-XX:MaxRAMPercentage=75.0', 384, '-XX:MaxRAMPercentage=50.0'],
    ['NODE_OPTIONS', '--max-old-space-size=900', 900, '--max-old-space-size=256'],
    ['GOMEMLIMIT', '1GiB', 1024, '256MiB'],
    ['PHP_MEMORY_LIMIT', '700M', 700, '256M'],
  ])('reads %s=%s, and writes what fits', (name, value, mebibytes, fitting) => {
    const [option, ...others] = heapOptionsOf(container('api', { env: [{ name, value }] }), limit)
    expect(others).toEqual([])
    expect(option).toMatchObject({ bytes: mebibytes * mebi, variable: name, value })
    expect(option?.withBytes(256 * mebi)).toBe(fitting)
  })

  it('reads the command and the arguments, which no variable holds', () => {
    const spec = container('api', { command: ['java', '-Xmx2g'], args: ['--max-old-space-size=100'] })
    const options = heapOptionsOf(spec, limit)
    expect(options.map(({ text }) => text)).toEqual(['-Xmx2g', '--max-old-space-size=100'])
    expect(options.filter((option) => option.variable !== undefined)).toEqual([])
  })

  it('lowers the first heap with the largest, for a JVM does not start otherwise', () => {
    const env = [{ name: 'JAVA_OPTS', value: '-Xms900m -Xmx1g' }]
    expect(heapOptionsOf(container('api', { env }), limit)[0]?.withBytes(256 * mebi)).toBe('-Xms256m -Xmx256m')
  })

  it('finds no option in a variable that no runtime reads, or that is no number', () => {
    const env = [
      { name: 'NOTES', value: '-Xmx1g' },
      { name: 'GOMEMLIMIT', value: 'off' },
      { name: 'JAVA_OPTS', valueFrom: { configMapKeyRef: { name: 'settings', key: 'opts' } } },
    ]
    expect(heapOptionsOf(container('api', { env }), limit)).toEqual([])
  })
})
