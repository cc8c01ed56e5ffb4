import type { Condition, KubernetesObject, LabelSelector, PodTemplate } from './objects.ts'
import type { PersistentVolumeClaim } from './storage.ts'

/* Kubernetes types: what creates pods, scales them and protects them from disruption (apps, batch, autoscaling, policy). */

export interface Deployment extends KubernetesObject {
  kind: 'Deployment'
  spec: {
    replicas?: number
    paused?: boolean
    selector: LabelSelector
    template: PodTemplate
    progressDeadlineSeconds?: number
    revisionHistoryLimit?: number
    minReadySeconds?: number
    strategy?: { type?: string; rollingUpdate?: { maxSurge?: number | string; maxUnavailable?: number | string } }
  }
  status?: {
    observedGeneration?: number
    replicas?: number
    updatedReplicas?: number
    readyReplicas?: number
    availableReplicas?: number
    unavailableReplicas?: number
    conditions?: Condition[]
  }
}

export interface ReplicaSet extends KubernetesObject {
  kind: 'ReplicaSet'
  spec: { replicas?: number; selector: LabelSelector; template?: PodTemplate }
  status?: {
    replicas?: number
    readyReplicas?: number
    availableReplicas?: number
    observedGeneration?: number
    conditions?: Condition[]
  }
}

export interface VolumeClaimTemplate {
  metadata: { name: string }
  spec: PersistentVolumeClaim['spec']
}

export interface StatefulSet extends KubernetesObject {
  kind: 'StatefulSet'
  spec: {
    replicas?: number
    serviceName?: string
    podManagementPolicy?: string
    selector: LabelSelector
    template: PodTemplate
    volumeClaimTemplates?: VolumeClaimTemplate[]
    updateStrategy?: { type?: string; rollingUpdate?: { partition?: number } }
  }
  status?: {
    observedGeneration?: number
    replicas?: number
    readyReplicas?: number
    availableReplicas?: number
    currentReplicas?: number
    updatedReplicas?: number
    currentRevision?: string
    updateRevision?: string
    conditions?: Condition[]
  }
}

export interface DaemonSet extends KubernetesObject {
  kind: 'DaemonSet'
  spec: { selector: LabelSelector; template: PodTemplate; updateStrategy?: { type?: string } }
  status?: {
    observedGeneration?: number
    desiredNumberScheduled?: number
    currentNumberScheduled?: number
    numberReady?: number
    numberAvailable?: number
    numberUnavailable?: number
    numberMisscheduled?: number
    updatedNumberScheduled?: number
  }
}

export interface ControllerRevision extends KubernetesObject {
  kind: 'ControllerRevision'
  revision?: number
  data?: { spec?: { template?: PodTemplate } }
}

export interface Job extends KubernetesObject {
  kind: 'Job'
  spec: {
    suspend?: boolean
    backoffLimit?: number
    completions?: number
    parallelism?: number
    activeDeadlineSeconds?: number
    ttlSecondsAfterFinished?: number
    template: PodTemplate
    selector?: LabelSelector
  }
  status?: {
    active?: number
    ready?: number
    succeeded?: number
    failed?: number
    startTime?: string
    completionTime?: string
    conditions?: Condition[]
  }
}

export interface CronJob extends KubernetesObject {
  kind: 'CronJob'
  spec: {
    schedule: string
    timeZone?: string
    suspend?: boolean
    concurrencyPolicy?: string
    startingDeadlineSeconds?: number
    jobTemplate: { spec: Job['spec'] }
  }
  status?: { lastScheduleTime?: string; lastSuccessfulTime?: string; active?: { name?: string; uid?: string }[] }
}

export interface HorizontalPodAutoscaler extends KubernetesObject {
  kind: 'HorizontalPodAutoscaler'
  spec: {
    minReplicas?: number
    maxReplicas: number
    scaleTargetRef: { apiVersion?: string; kind: string; name: string }
    metrics?: { type: string; resource?: { name: string } }[]
  }
  status?: { currentReplicas?: number; desiredReplicas?: number; conditions?: Condition[] }
}

export interface PodDisruptionBudget extends KubernetesObject {
  kind: 'PodDisruptionBudget'
  spec: { minAvailable?: number | string; maxUnavailable?: number | string; selector?: LabelSelector }
  status?: {
    disruptionsAllowed?: number
    currentHealthy?: number
    desiredHealthy?: number
    expectedPods?: number
    conditions?: Condition[]
  }
}
