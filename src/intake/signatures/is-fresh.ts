const window_ms = 5 * 60_000

/** Was the time (seconds since 1970, as text) less than five minutes away? */
export function isFresh(seconds: string, now: number): boolean {
  return /^\d{1,12}$/.test(seconds) && Math.abs(now - Number(seconds) * 1000) <= window_ms
}
