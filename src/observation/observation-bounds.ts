/** How much one observation may read. What a bound leaves out is a gap. */
export interface ObservationBounds {
  max_objects_per_kind: number
  max_bytes_per_kind: number
  /** Over all reads of one observation. */
  max_bytes: number
  deadline_seconds: number
  call_timeout_seconds: number
  /** Reads under way at a time. */
  concurrency: number
  /** Longer values of config maps are cut. */
  max_config_value_characters: number
  /** Other namespaces that are looked into because something refers to them. */
  max_other_namespaces: number
  /** Single objects that are asked for by name where a list is refused. */
  max_single_reads: number
}

/** Enough for a namespace of 5,000 pods. */
export const defaultObservationBounds: ObservationBounds = {
  max_objects_per_kind: 10_000,
  max_bytes_per_kind: 100_000_000,
  max_bytes: 200_000_000,
  deadline_seconds: 15,
  call_timeout_seconds: 5,
  concurrency: 8,
  max_config_value_characters: 65_536,
  max_other_namespaces: 5,
  max_single_reads: 60,
}
