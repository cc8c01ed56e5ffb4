/** Thrown where an exec or OIDC plugin gives no credentials. Says nothing of what it printed. */
export class CredentialsUnavailable extends Error {
  constructor() {
    super('the credentials could not be obtained')
    this.name = 'CredentialsUnavailable'
  }
}
