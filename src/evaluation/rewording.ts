/** The dialects in which recorded logs can be told anew. */
export const rewordings = ['json', 'klog', 'logfmt', 'plain'] as const
export type Rewording = (typeof rewordings)[number]
