import type { Remedy } from './action.ts'
import type { EvidenceDraft } from './evidence.ts'
import type { Mechanism } from './mechanism.ts'
import type { ResourceRef } from './resource-ref.ts'
import type { Severity } from './severity.ts'

/** What a finding itself points at as its cause: "connection refused by Service orders-db". */
export interface Blame {
  resource: ResourceRef
  because: string
}

/**
 * A judgement of a pure rule: how `resource` fails, and the facts that show it.
 * `resource` is what a person has to look at or change: for a pod of a workload, the workload (its topmost owner in the snapshot).
 */
export interface FindingDraft {
  mechanism: Mechanism
  resource: ResourceRef
  /** The container concerned, where it is about one. */
  container?: string
  severity: Severity
  /** 0..1, and why it is not higher or lower. */
  confidence: number
  confidence_reason: string
  /** One sentence of at most 300 characters that names the decisive facts (names, keys, values, numbers), readable on its own. */
  statement: string
  evidence: EvidenceDraft[]
  /** Objects whose own trouble this finding accounts for (pods it keeps down, the Service they leave without endpoints). */
  affects: ResourceRef[]
  /** What this finding takes to be its own cause; empty where it may be a root. */
  blames: Blame[]
  /** Smallest and safest first; the first is the one to take. */
  remedies: Remedy[]
  /** ISO time since when, where known. */
  since?: string
}

/** A finding of a run: its evidence is in the ledger and cited by id. */
export interface Finding extends Omit<FindingDraft, 'evidence'> {
  id: string
  evidence: string[]
  /** Who found it: an agent's or a node's name. */
  found_by: string
}
