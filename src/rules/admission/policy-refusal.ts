import { instruct } from '#src/rules/kit/instruct.ts'
import type { RefusalRule } from './refusal-cause.ts'

/** Pod security admission refuses the pods: which profile, and what the template breaks. The profile stays, the template changes. */
export const policyRefusal: RefusalRule = ({ workload, message }) => {
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
