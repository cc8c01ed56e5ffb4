import { describe, expect, it } from 'vitest'
import { fixture, refusalsOf, signalsOf } from '#test/helpers/intake-context.ts'

const line = { source: 'vector', service: 'orders', namespace: 'shop', level: 'error', message: 'broken' }

describe('src/intake/sources/logs', () => {
  it('reads a list, cleaned of secrets', () => {
    const signals = signalsOf('logs', fixture('logs/lines'))
    expect(signals).toMatchObject([
      {
        source: 'log',
        service: 'orders',
        severity: 'medium',
        resource: { kind: 'Pod', namespace: 'shop', name: 'orders-7d5b8f9c6d-4x9kp' },
        labels: { log_source: 'vector' },
      },
      { source: 'log', severity: 'info', resource: { kind: 'Namespace', name: 'shop' }, message: 'orders: listening' },
    ])
    expect(JSON.stringify(signals)).not.toContain('hunter2')
  })

  it.each([
    ['FATAL', 'high'],
    ['error', 'medium'],
    ['WARN', 'info'],
    [50, 'medium'],
  ])('takes level %s as %s', (level, severity) => {
    expect(signalsOf('logs', { ...line, level })[0]?.severity).toBe(severity)
  })

  it('refuses a list whole, every line named', () => {
    const { service: _service, ...bare } = line
    expect(refusalsOf('logs', [line, bare, { ...line, message: '' }]).map(([path]) => path)).toEqual([
      '1.service',
      '2.message',
    ])
    expect(refusalsOf('logs', [line, { ...line, namespace: undefined }])).toEqual([
      ['1.namespace', 'is missing', expect.stringContaining('services.yaml')],
    ])
  })
})
