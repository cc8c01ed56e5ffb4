import { describe, expect, it } from 'vitest'
import { problemClass } from '#src/intake/problem-class.ts'
import { buildSignal } from '#test/helpers/build-signal.ts'

const ofReason = (reason: string, message = '') => problemClass(buildSignal({ reason, message }))
const ofAlert = (alert: string) => problemClass(buildSignal({ reason: undefined, alert }))

describe('src/intake/problem-class', () => {
  it.each([
    ['BackOff', 'Back-off restarting failed container', 'container'],
    ['BackOff', 'Back-off pulling image "registry.example/x:1"', 'image'],
    ['Failed', 'Failed to pull image "x"', 'image'],
    ['Failed', 'Error: secret "db" not found', 'configuration'],
    ['Failed', "Error: couldn't find key PASSWORD in Secret shop/db", 'configuration'],
    ['Failed', 'Error: failed to create containerd task: exec: "ap": not found', 'container'],
    ['FailedMount', 'MountVolume.SetUp failed for volume "c" : configmap "settings" not found', 'configuration'],
    ['FailedMount', 'Unable to attach or mount volumes: timed out', 'volume'],
    ['FailedCreate', 'pods "x" is forbidden: exceeded quota: small', 'quota'],
    ['FailedCreate', 'admission webhook "policy.example" denied the request', 'admission'],
    ['FailedCreate', 'error looking up service account', 'creation'],
    ['FailedCreatePodSandBox', 'plugin type="calico" failed (add): no ip address', 'network'],
    ['Killing', 'Container web failed liveness probe, will be restarted', 'probe'],
    ['Killing', 'Stopping container web', 'reason:Killing'],
    ['DeadlineExceeded', 'Job was active longer than specified deadline', 'job'],
    ['FailedGetResourceMetric', '', 'autoscaling'],
    ['NodeNotReady', '', 'node'],
    ['Evicted', '', 'eviction'],
    ['NeverHeardOf', '', 'reason:NeverHeardOf'],
  ])('reads %s (%s) as %s', (reason, message, expected) => {
    expect(ofReason(reason, message)).toBe(expected)
  })

  it.each([
    ['KubePodCrashLooping', 'container'],
    ['KubernetesContainerOomKiller', 'container'],
    ['kube_pod_image_pull_backoff', 'image'],
    ['KubePodNotReady', 'availability'],
    ['KubeDeploymentReplicasMismatch', 'availability'],
    ['KubeDeploymentGenerationMismatch', 'rollout'],
    ['KubeStatefulSetUpdateNotRolledOut', 'alert:kubestatefulsetupdatenotrolledout'],
    ['KubeDaemonSetNotScheduled', 'scheduling'],
    ['KubeJobFailed', 'job'],
    ['KubeJobNotCompleted', 'job'],
    ['KubeHpaMaxedOut', 'autoscaling'],
    ['KubePersistentVolumeFillingUp', 'volume_space'],
    ['KubePersistentVolumeErrors', 'volume'],
    ['KubeQuotaExceeded', 'quota'],
    ['KubeNodeNotReady', 'node'],
    ['NodeFilesystemAlmostOutOfSpace', 'node'],
    ['KubeAPIDown', 'control_plane'],
    ['[Triggered] High   Error Rate', 'alert:high error rate'],
  ])('reads the alert %s as %s', (alert, expected) => {
    expect(ofAlert(alert)).toBe(expected)
  })

  it('takes the name of the object out of the name of an alert', () => {
    const alert = (name: string) =>
      problemClass(
        buildSignal({ reason: undefined, alert: `Slow ${name}`, resource: { kind: 'Pod', namespace: 'a', name } }),
      )
    expect(alert('web-abc')).toBe(alert('web-xyz'))
  })

  it('believes the reason before the alert', () => {
    expect(problemClass(buildSignal({ reason: 'ImagePullBackOff', alert: 'KubeContainerWaiting' }))).toBe('image')
    expect(problemClass(buildSignal({ reason: 'WhoKnows', alert: 'KubeContainerWaiting' }))).toBe('container')
  })

  it('takes what tells nothing as a question of a person, else as unspecified', () => {
    expect(problemClass(buildSignal({ source: 'question', reason: undefined }))).toBe('question')
    expect(problemClass(buildSignal({ source: 'log', reason: undefined }))).toBe('log')
    expect(problemClass(buildSignal({ reason: undefined }))).toBe('unspecified')
  })
})
