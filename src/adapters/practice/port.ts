/** How the practice cluster is started. */
export interface PracticeOptions {
  /** Folders of recorded incidents, or single incidents. */
  folders: string[]
  /** Where the kubeconfig is written; a temporary file where absent. */
  kubeconfig?: string
  /** Any free port where absent. */
  port?: number
  /** The wording and format in which the recorded logs are served; as they were recorded where absent. */
  reword?: string
  /** Stops the process when it is aborted. */
  signal: AbortSignal
}

/** A practice cluster that answers. */
export interface PracticeCluster {
  url: string
  kubeconfig: string
  /** Accepts faults, such as slow or failing answers; absent where the cluster has no such port. */
  control_url?: string
  namespaces: string[]
  /** Resolves when the process has ended, with its exit code. */
  ended: Promise<number | null>
  close(): Promise<void>
}
