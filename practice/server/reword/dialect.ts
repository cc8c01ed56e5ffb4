/** The ways in which the practice cluster can tell a recorded log anew. */
export const dialects = ['json', 'klog', 'logfmt', 'plain'] as const
export type Dialect = (typeof dialects)[number]
