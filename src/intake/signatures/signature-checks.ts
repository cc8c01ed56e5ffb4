import type { PayloadSource } from '#src/intake/read-payload.ts'
import { checkGithub } from './check-github.ts'
import { checkGrafana } from './check-grafana.ts'
import { checkPagerduty } from './check-pagerduty.ts'
import { checkSharedSecret } from './check-shared-secret.ts'
import { checkSlack } from './check-slack.ts'
import type { SignedRequest } from './hmac.ts'

/** How each sender proves who it is, where it has a way of its own. */
export const signatureChecks: Readonly<Partial<Record<PayloadSource, (request: SignedRequest) => boolean>>> = {
  pagerduty: checkPagerduty,
  github: checkGithub,
  slack: checkSlack,
  grafana: checkGrafana,
  datadog: checkSharedSecret,
  newrelic: checkSharedSecret,
}
