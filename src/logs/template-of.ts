const masks: readonly [RegExp, string][] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<id>'],
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*/g, '<time>'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, '<address>'],
  [/\b0x[0-9a-f]+\b|\b(?=[0-9a-f]*\d)[0-9a-f]{7,}\b/gi, '<hex>'],
  [/"[^"]{0,200}"|'[^']{0,200}'/g, '<text>'],
  [/\d+(?:\.\d+)?/g, '<n>'],
]

/** A message with everything that varies from one time to the next masked: two messages of one statement in the code are alike. */
export function templateOf(message: string): string {
  return masks.reduce((text, [pattern, mask]) => text.replace(pattern, mask), message.slice(0, 300)).trim()
}
