import { access } from './access.ts'
import { badArguments } from './bad-arguments.ts'
import { badConfig } from './bad-config.ts'
import { connections } from './connections.ts'
import { failures } from './failures.ts'
import { missingSettings } from './missing-settings.ts'
import { namesAndTls } from './names-and-tls.ts'
import { resources } from './resources.ts'
import type { Signature } from './signature.ts'

/** Every signature; a family's particular wordings stand before its general ones. */
export const signatures: readonly Signature[] = [
  ...missingSettings,
  ...access,
  ...badArguments,
  ...resources,
  ...namesAndTls,
  ...connections,
  ...failures,
  ...badConfig,
]
