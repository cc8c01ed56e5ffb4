import type { Mechanism } from '#src/domain/mechanism.ts'
import { logMechanisms } from '#src/logs/mechanisms.ts'
import { kubernetesRules } from '#src/rules/index.ts'
import { createVocabulary, type MechanismDeclaration } from '#src/rules/kit/mechanisms.ts'
import type { DeclaredBy } from '#src/rules/rule.ts'

type Declared = DeclaredBy<(typeof kubernetesRules)[number]> | keyof typeof logMechanisms

const declarations: Record<Declared, MechanismDeclaration> = Object.assign(
  {},
  ...kubernetesRules.map(({ finds }) => finds),
  logMechanisms,
)

/** Everything that is known of mechanisms, collected from the rules and the log judgements; one without a declaration does not compile. */
export const vocabulary = createVocabulary(declarations satisfies Record<Mechanism, MechanismDeclaration>)
