/** What a kubelet answers with status 200 where the runtime no longer holds the log. */
export const lostLog =
  /^(?:unable to retrieve container logs for |failed to (?:try )?(?:resolving|resolve) symlinks in path )/
