import type { FindingDraft } from '#src/domain/finding.ts'
import { limitRangeRefusal, limitRangeMechanisms } from './limit-range-refusal.ts'
import { quotaRefusal, quotaMechanisms } from './quota-refusal.ts'
import { type Refusal, type RefusalCause, type RefusalRule, refusals, refusedThings } from './refusals.ts'
import { webhookRefusal, webhookMechanisms } from './webhook-refusal.ts'
import { draftFinding, severityOf } from '#src/rules/kit/findings.ts'
import { defineRule } from '#src/rules/rule.ts'
import { escalate, instruct, undoChange } from '#src/rules/kit/actions.ts'

/** Pod security admission refuses the pods: which profile, and what the template breaks. The profile stays, the template changes. */
const policyRefusal: RefusalRule = ({ workload, message }) => {
  const [, profile, breaches] = /violates PodSecurity "([^"]+)":\s*(.*)$/s.exec(message) ?? []
  if (!profile) return undefined
  const short = (breaches ?? '').trim()
  return {
    mechanism: 'pod_security_violation',
    statement: `The pods of ${workload.kind} ${workload.name} violate PodSecurity "${profile}" of namespace ${workload.namespace} and are refused (forbidden): ${short}`,
    remedies: [
      instruct(
        workload,
        'patch_security_context',
        `Bring the pod template of ${workload.kind} ${workload.name} within PodSecurity "${profile}": ${short.slice(0, 600)}. Do not relax the labels of the namespace.`,
        { reason: 'the profile of the namespace is meant; the template asks for more than it allows' },
      ),
    ],
  }
}

/** Told by the rules about references, which know the missing name. */
const missingReference =
  /service ?account "?[^"]*"? not found|error looking up service account|no PriorityClass with name/i

const rules = [quotaRefusal, limitRangeRefusal, policyRefusal, webhookRefusal]

/** Pods that the API server refuses to create, now: quotas, limit ranges, pod security, webhooks, and whatever else it says. */
export const admission = defineRule({
  name: 'admission',
  finds: {
    ...quotaMechanisms,
    ...limitRangeMechanisms,
    ...webhookMechanisms,
    pod_security_violation: {
      title: 'pod security admission refuses the pods',
      category: 'admission',
      role: 'cause',
      layer: 'config',
      detected: 'Pod security admission refuses the pods.',
      from: ['event `FailedCreate`: `violates PodSecurity "..."`'],
      suggests: ['rollback', 'custom_instruction'],
      limits: 'The profile of the namespace is never relaxed.',
    },
    creation_refused: {
      title: 'the API server refuses to create pods',
      category: 'admission',
      role: 'cause',
      layer: 'container',
      detected: 'The API server refuses to create pods, and no other rule knows the reason.',
      from: ['event `FailedCreate`', '.status.conditions[type=ReplicaFailure]'],
      suggests: ['escalate'],
      limits: 'A missing service account or priority class has a finding of its own.',
    },
  },
  find: (view) => {
    const findings = refusals(view).flatMap((refusal) => {
      if (missingReference.test(refusal.message)) return []
      const cause = rules.reduce<RefusalCause | undefined>((known, rule) => known ?? rule(refusal), undefined)
      return [describe(refusal, cause ?? unknownRefusal(refusal))]
    })
    return [...new Map(findings.map((finding) => [`${finding.mechanism}/${finding.statement}`, finding])).values()]
  },
})

function unknownRefusal({ view, workload, message }: Refusal): RefusalCause {
  return {
    mechanism: 'creation_refused',
    statement: `The API server refuses to create ${refusedThings(workload)} of ${workload.kind} ${workload.name} (FailedCreate): ${message}`,
    remedies: [
      escalate(
        view,
        workload,
        `${workload.kind} ${workload.name} cannot create its ${refusedThings(workload)}: ${message.slice(0, 300)}`,
        'the refusal is of a sort that no rule knows',
      ),
    ],
  }
}

/** A refusal of what the template asks for goes away with the change that asked for it; one of the namespace's state does not. */
function undoRefused({ view, workload }: Refusal, { mechanism }: RefusalCause): FindingDraft['remedies'] {
  if (mechanism === 'limit_range_violation' || mechanism === 'quota_exceeded')
    return undoChange(view, workload, ({ spec }) => spec.containers.map(({ resources }) => resources))
  if (mechanism === 'pod_security_violation' || mechanism === 'webhook_denied')
    return undoChange(view, workload, ({ spec, metadata }) => [spec, metadata?.annotations])
  return []
}

function describe(refusal: Refusal, cause: RefusalCause): FindingDraft {
  const { view, workload, evidence, since } = refusal
  return draftFinding({
    resource: workload,
    severity: severityOf(view, workload),
    confidence: 0.95,
    confidence_reason: 'the API server says so, and pods are still missing',
    ...cause,
    remedies: [...undoRefused(refusal, cause), ...cause.remedies],
    evidence: [...evidence, ...(cause.evidence ?? [])],
    affects: [workload, ...(cause.affects ?? [])],
    since,
  })
}
