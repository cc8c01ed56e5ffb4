import { refOf } from '#src/domain/cluster-view.ts'
import { objectEvidence } from '#src/domain/evidence-draft.ts'
import { parseQuantity } from '#src/domain/kubernetes/quantity.ts'
import { draftFinding } from '#src/rules/kit/findings.ts'
import { listNames } from '#src/rules/kit/names.ts'
import { defineRule } from '#src/rules/rule.ts'

const nearly = 0.9

/** Quotas that are nearly used up: worth knowing beside another finding, no fault by itself, because a full quota may be intended. */
export const quotaUsage = defineRule({
  name: 'quota-usage',
  finds: {
    quota_near_limit: {
      title: 'a resource quota is nearly used up',
      category: 'admission',
      role: 'symptom',
      layer: 'symptom',
      detected: 'A resource quota is used up to 90 % or more.',
      from: ['ResourceQuota `.status.hard` and `.status.used`'],
      suggests: [],
      limits: 'Reported for information only: a full quota may be intended, and nothing was refused for it.',
    },
  },
  find: (view) =>
    view.list('ResourceQuota').flatMap((quota) => {
      const used = quota.status?.used ?? {}
      const tight = Object.entries(quota.status?.hard ?? {}).flatMap(([resource, hard]) => {
        const [most, now] = [parseQuantity(hard) ?? 0, parseQuantity(used[resource]) ?? 0]
        return most > 0 && now >= nearly * most ? [`${resource} ${used[resource]} of ${hard}`] : []
      })
      if (tight.length === 0) return []
      const reported = `ResourceQuota ${quota.metadata.name} is nearly used up: ${listNames(tight)}`
      return [
        draftFinding({
          mechanism: 'quota_near_limit',
          resource: refOf(quota),
          severity: 'info',
          confidence: 0.95,
          confidence_reason: 'counted by the API server; nothing was refused for it',
          statement: reported,
          evidence: [objectEvidence(view.snapshot, quota, '.status.used', reported)],
        }),
      ]
    }),
})
