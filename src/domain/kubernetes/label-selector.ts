import type { LabelSelector, LabelSelectorRequirement, NodeSelectorTerm } from './objects.ts'

type Labels = Record<string, string> | undefined

/** One requirement of a label or node selector, with the operators of both (Gt and Lt compare integers). */
function matchesRequirement(requirement: LabelSelectorRequirement, labels: Labels): boolean {
  const value = labels?.[requirement.key]
  const values = requirement.values ?? []
  switch (requirement.operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0])
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0])
    default:
      return false
  }
}

/** An equality map, as a Service or a nodeSelector has it. An empty or absent map matches nothing here: a Service without a selector selects no pod. */
export function matchesMap(selector: Record<string, string> | undefined, labels: Labels): boolean {
  const pairs = Object.entries(selector ?? {})
  return pairs.length > 0 && pairs.every(([key, value]) => labels?.[key] === value)
}

/** A label selector of the API: absent matches nothing, empty matches everything. */
export function matchesSelector(selector: LabelSelector | undefined, labels: Labels): boolean {
  if (!selector) return false
  const pairs = Object.entries(selector.matchLabels ?? {})
  return (
    pairs.every(([key, value]) => labels?.[key] === value) &&
    (selector.matchExpressions ?? []).every((requirement) => matchesRequirement(requirement, labels))
  )
}

/** Terms are alternatives; no terms match nothing. `nodeName` serves matchFields on metadata.name. */
export function matchesNodeTerms(terms: NodeSelectorTerm[], labels: Labels, nodeName: string): boolean {
  return terms.some(
    (term) =>
      (term.matchExpressions ?? []).every((requirement) => matchesRequirement(requirement, labels)) &&
      (term.matchFields ?? []).every((requirement) => matchesRequirement(requirement, { 'metadata.name': nodeName })),
  )
}
