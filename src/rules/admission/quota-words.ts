/** What the API server says of a quota: `requests.memory=96Mi`, each in its own list. */
export interface QuotaWords {
  quota: string
  resource: string
  requested: string
  used: string
  hard: string
}
