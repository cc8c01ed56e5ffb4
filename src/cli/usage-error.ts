import { CodedError } from '#src/domain/coded-error.ts'

/** A command line that cannot be understood; its message says what is allowed. */
export class UsageError extends CodedError {
  constructor(message: string) {
    super('SRE_CLI_USAGE', message)
    this.name = 'UsageError'
  }
}
