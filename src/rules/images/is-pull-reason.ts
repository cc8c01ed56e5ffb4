const pullReasons = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'RegistryUnavailable',
  'ImageInspectError',
  'SignatureValidationFailed',
])

/** Does this waiting reason speak of the image? */
export function isPullReason(reason: string | undefined): boolean {
  return reason !== undefined && pullReasons.has(reason)
}
