/** What operators set about an investigation (`workflow` in configs/agents.yaml). */
export interface WorkflowSettings {
  /** Turns that all minds together may take. */
  max_turns: number
  /** Wall clock for one run, the conclusion included. */
  timeout_seconds: number
  /** From this confidence on, and with every symptom explained, nothing more is looked at. */
  confidence_threshold: number
  /** Rules and model must name the same root, else the rules' stands and approval is required. */
  require_consensus: boolean
  /** Action kinds that always need a person. */
  human_in_loop_actions: readonly string[]
  /** Model tokens for one run; absent: no bound. */
  token_budget?: number
}
