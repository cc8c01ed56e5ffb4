import type { Role } from '#src/domain/role.ts'

/** Who may call; configs/access.yaml. */
export interface AccessSettings {
  /** `sha256` of the token in 64 hex digits: the token itself is kept nowhere. */
  readonly tokens: readonly { readonly name: string; readonly role: Role; readonly sha256: string }[]
  readonly oidc?: {
    /** Claim that names the caller in the audit log. */
    readonly name_claim: string
    /** Claim with roles or groups; dots lead into objects. */
    readonly roles_claim: string
    /** Value of that claim -> role. The most powerful one that fits counts. */
    readonly role_map: Readonly<Record<string, Role>>
  }
  /** Source -> the secret that it signs with. */
  readonly webhooks: Readonly<Record<string, { readonly secret: string }>>
}

/** Bounds for one caller and for all. 0: no bound. */
export interface RateLimits {
  /** Requests that hand in signals. */
  readonly signals_per_minute: number
  /** All others. */
  readonly requests_per_minute: number
  readonly auth_failures_per_minute: number
  readonly streams: number
  readonly streams_per_caller: number
}
