/*
 * What the pages about approvals and executions are given besides the thing itself.
 */

/** When it is, and how a command is written down that asks the same service. */
export interface ChangeView {
  /** Epoch milliseconds. */
  now: number
  commandLine: (words: readonly string[]) => string
}

/** Where an incident stands, or why that could not be read. */
export type IncidentBrief = { status: string; summary?: string } | { why: string }
