import type { LogRecord } from '#src/logs/log-record.ts'

/** What a record is about; each family has one judgement. */
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
  /** Only records that are no error in their own eyes may be passed over; these words decide by themselves. */
  anyLevel?: boolean
}

/** A record that fits a signature, with what was captured. */
export interface SignatureMatch {
  signature: Signature
  facts: Facts
  record: LogRecord
  /** The line, or the few lines, in which it stood. */
  said: string
  /** The very words that fitted. */
  matched?: string
}
