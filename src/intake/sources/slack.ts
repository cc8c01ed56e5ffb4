import { z } from 'zod'
import { isNamespaceName, kindOf } from '#src/intake/kind-names.ts'
import { optionalMoment, optionalText } from '#src/intake/payload-fields.ts'
import {
  type DraftResult,
  type SignalDraft,
  type SignalSource,
  type SignedRequest,
  fieldProblems,
} from '#src/intake/signal-source.ts'
import { isFresh, isHmac } from '#src/intake/signatures.ts'
import { isRecord } from '#src/util/is-record.ts'

const Message = z.object({
  type: optionalText,
  subtype: optionalText,
  bot_id: optionalText,
  user: optionalText,
  text: optionalText,
  channel: optionalText,
  ts: optionalMoment,
})
const Handshake = z.object({ type: z.literal('url_verification'), challenge: z.string().max(1000) })
const Callback = z.object({ type: z.literal('event_callback'), event_id: optionalText, event: Message })
const Command = z.object({
  command: z.string().max(253),
  text: optionalText,
  user_name: optionalText,
  channel_name: optionalText,
  trigger_id: optionalText,
})

/** Slack: a mention, a direct message or a slash command asks about a namespace or a service. */
export const slack: SignalSource = {
  path: '/api/signals/slack',
  summary: 'Messages of Slack (Events API)',
  // Slash commands are sent as forms.
  acceptsForms: true,
  payload: z
    .union([Handshake, Callback, Command])
    .meta({ title: "An event of Slack's Events API, or a slash command" }),
  checkSignature,
  lenient: true,
  read(body): DraftResult {
    const schema = schemaFor(body)
    const parsed = schema.safeParse(body)
    if (!parsed.success) return { problems: fieldProblems(parsed.error) }
    const payload = parsed.data
    if ('challenge' in payload) return { reply: { challenge: payload.challenge } }
    if ('command' in payload) return { drafts: [commandDraft(payload)] }
    const silent = silentReason(payload.event)
    return silent === undefined ? { drafts: [messageDraft(payload)] } : { drafts: [], skipped: [silent] }
  },
}

function schemaFor(body: unknown): typeof Handshake | typeof Callback | typeof Command {
  if (!isRecord(body) || !('command' in body))
    return isRecord(body) && body['type'] === 'url_verification' ? Handshake : Callback
  return Command
}

/** Why a message asks nothing: also what the service itself has written comes back as an event. */
function silentReason({ type, subtype, bot_id, text }: z.output<typeof Message>): string | undefined {
  if (type !== 'app_mention' && type !== 'message') return `an event of type ${type ?? 'unknown'}: it asks nothing`
  if (bot_id !== undefined || subtype !== undefined) return 'a message of a bot, or a change of a message'
  return text ? undefined : 'a message without a text'
}

function messageDraft({ event, event_id }: z.output<typeof Callback>): SignalDraft {
  return {
    ...askedIn(event.text ?? ''),
    labels: { slack_channel: event.channel, slack_user: event.user },
    delivery_key: event_id && `slack:${event_id}`,
    observed_at: event.ts,
    paths: { namespace: 'event.text', kind: 'event.text', name: 'event.text' },
  }
}

function commandDraft({ text, channel_name, user_name, trigger_id }: z.output<typeof Command>): SignalDraft {
  return {
    ...askedIn(text ?? ''),
    labels: { slack_channel: channel_name, slack_user: user_name },
    delivery_key: trigger_id && `slack:${trigger_id}`,
    paths: { namespace: 'text', kind: 'text', name: 'text' },
  }
}

const between = '(?:^|[\\s`\'"(])'
const namespaceBefore = new RegExp(`${between}(?:-n|--namespace|namespace|ns)[\\s=:]+[\`'"]?([a-z0-9][a-z0-9-]*)`, 'i')
const namespaceAfter = new RegExp(`${between}([a-z0-9][a-z0-9-]*)[\`'"]?\\s+namespace`, 'i')
const objectNamed = new RegExp(`${between}([A-Za-z]{2,40})/([a-z0-9][a-z0-9.-]*[a-z0-9])`, 'g')
/** Words that stand beside "namespace" and are no names. */
const prose = new Set(
  'is are was were has have and or with for not the this that which what where whose any some no a an my our your of in to on it'.split(
    ' ',
  ),
)

/** `namespace shop`, `-n shop`, `the shop namespace`, `deployment/api`; else any word that is a service of the catalogue. */
function askedIn(text: string): Pick<SignalDraft, 'source' | 'message' | 'namespace' | 'kind' | 'name' | 'mentions'> {
  const words = text
    .replaceAll(/<@[A-Z0-9]+(?:\|[^>]{0,200})?>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 4000)
  const named = [namespaceBefore, namespaceAfter].map((pattern) => pattern.exec(words)?.[1]?.toLowerCase())
  const namespace = named.find((name) => name !== undefined && !prose.has(name) && isNamespaceName(name))
  const mentions = words
    .split(/[^\w.-]+/)
    .filter((word) => word !== '')
    .slice(0, 200)
  return { source: 'slack', message: words || undefined, namespace, ...objectOf(words), mentions }
}

function objectOf(words: string): Pick<SignalDraft, 'kind' | 'name'> {
  for (const [, word = '', name = ''] of words.matchAll(objectNamed)) {
    const kind = kindOf(word.toLowerCase())
    if (kind) return { kind, name }
  }
  return {}
}

/** `v0=<hex>` over version, time and body. */
function checkSignature({ headers, body, secret, now }: SignedRequest): boolean {
  const time = headers['x-slack-request-timestamp'] ?? ''
  const [version, hex = ''] = (headers['x-slack-signature'] ?? '').split('=')
  return version === 'v0' && isFresh(time, now) && isHmac(hex, secret, `v0:${time}:`, body)
}
