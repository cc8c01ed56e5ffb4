import { describe, expect, it } from 'vitest'
import { readPayload } from '#src/intake/read-payload.ts'
import { checkout, fixture, intakeContext, signalsOf } from '#test/helpers/intake-context.ts'

const say = (text: string, over: object = {}) => ({
  type: 'event_callback',
  event_id: 'Ev1',
  event: { type: 'app_mention', user: 'U1', channel: 'C1', text, ...over },
})
const catalogue = { services: [checkout] }

describe('src/intake/sources/slack', () => {
  it('reads a mention as a question about an object', () => {
    expect(signalsOf('slack', fixture('slack/app-mention'))).toMatchObject([
      {
        source: 'slack',
        resource: { kind: 'Deployment', namespace: 'payments', name: 'gateway' },
        message: 'what is wrong with deployment/gateway in namespace payments?',
        labels: { slack_channel: 'C123ABC456' },
        delivery_key: 'slack:Ev123ABC456',
      },
    ])
  })

  it('reads a slash command', () => {
    expect(signalsOf('slack', fixture('slack/slash-command'))).toMatchObject([
      { resource: { kind: 'Namespace', name: 'shop' } },
    ])
  })

  it('finds a service of the catalogue among the words', () => {
    expect(signalsOf('slack', say('why does checkout answer 502?'), { catalogue })[0]?.resource.name).toBe(
      'checkout-api',
    )
  })

  it('answers the handshake', () => {
    const result = readPayload('slack', fixture('slack/url-verification'), { ...intakeContext(), headers: {} })
    expect(result).toEqual({ reply: { challenge: '3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P' } })
  })

  it.each([
    ['what names no place, and says what would', say('which namespace is broken?'), 'the name of a namespace'],
    ['a bot, be it the service itself', say('in namespace shop', { bot_id: 'B1' }), 'bot'],
    ['an edit', say('in namespace shop', { subtype: 'message_changed' }), 'change of a message'],
    ['an event that says nothing', say('', { type: 'reaction_added' }), 'asks nothing'],
  ])('passes over %s', (_what, body, words) => {
    const result = readPayload('slack', body, { ...intakeContext(), headers: {} })
    expect(result).toEqual({ signals: [], skipped: [expect.stringContaining(words)] })
  })
})
