/** Reporting on the side, without which a program goes on. */
const beside =
  /\b(?:otel\w*|opentelemetry|open telemetry|telemetry|tracing|traces? export\w*|export(?:ing)? (?:of )?(?:traces|spans|metrics)|spans?|statsd|jaeger|zipkin|sentry|datadog|analytics|pushgateway|update check|usage report\w*)\b/i

/** True for a line about what a program does on the side: telemetry, update checks. */
export function isBeside(message: string): boolean {
  return beside.test(message)
}
