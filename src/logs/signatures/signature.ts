import type { LogRecord } from '#src/logs/log-record.ts'

/** The kind of fault that a record reports; each family has one judge. */
export type SignatureFamily =
  | 'missing_setting'
  | 'bad_config'
  | 'bad_arguments'
  | 'unreachable'
  | 'unresolved_name'
  | 'tls'
  | 'authentication'
  | 'forbidden'
  | 'runtime_memory'
  | 'disk_full'
  | 'permission'
  | 'file_missing'
  | 'port_in_use'
  | 'migration'
  | 'stuck'
  | 'exhausted'
  | 'panic'
  | 'platform'
  | 'data_error'
  | 'waiting'

/** What a pattern may capture. */
export type Fact =
  | 'variable'
  | 'setting'
  | 'file'
  | 'line'
  | 'key'
  | 'value'
  | 'host'
  | 'port'
  | 'url'
  | 'user'
  | 'verb'
  | 'resource'
  | 'group'
  | 'scope'
  | 'account'
  | 'account_namespace'
  | 'flag'
  | 'place'
  | 'path'
  | 'row'
  | 'relation'

export type Facts = Partial<Record<Fact, string>>

/**
 * One wording of one kind of trouble. Any of `patterns` makes the match; named groups become facts, and `extract` looks for
 * further ones in the whole record once it has matched (first pattern that fits, its first group that is set).
 */
export interface Signature {
  name: string
  family: SignatureFamily
  patterns: readonly RegExp[]
  extract?: Partial<Record<Fact, readonly RegExp[]>>
  /** Also searched in records of level trace, debug and info, and decisive in records without a level. */
  anyLevel?: boolean
}

/** A record that matches a signature, with the captured facts. */
export interface SignatureMatch {
  signature: Signature
  facts: Facts
  record: LogRecord
  /** The line, or the few lines, that matched. */
  excerpt: string
  /** The text that the pattern matched; absent where no line matched. */
  matched?: string
}
