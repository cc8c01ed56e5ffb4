import type { NetworkPolicy } from '#src/domain/kubernetes/objects.ts'
import type { Direction, End } from './path-end.ts'

/**
 * The label by which a rule misses the other end: it asks for the same key with another value, which is most often a slip. Said as
 * `app=shop-api, while they bear app=shop`.
 */
export function missedPeer(policies: readonly NetworkPolicy[], direction: Direction, other: End): string | undefined {
  const peers = policies.flatMap(({ spec }) =>
    direction === 'Ingress'
      ? (spec?.ingress ?? []).flatMap((rule) => rule.from ?? [])
      : (spec?.egress ?? []).flatMap((rule) => rule.to ?? []),
  )
  const wanted = peers.flatMap((peer) => Object.entries(peer.podSelector?.matchLabels ?? {}))
  const missed = wanted.find(([key, value]) => other.labels?.[key] !== undefined && other.labels[key] !== value)
  return missed && `${missed[0]}=${missed[1]}, while they bear ${missed[0]}=${other.labels?.[missed[0]]}`
}
