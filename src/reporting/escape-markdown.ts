/** Text in which markdown and HTML find nothing to act on: no link, image, heading, table or tag comes out of a cluster. */
export function escapeMarkdown(text: string): string {
  const marked = text.replace(/[\\`*_{}[\]()<>#+!|~&]/g, String.raw`\$&`)
  // Bare addresses and mentions become links by themselves in many readers.
  return marked.replaceAll('://', String.raw`:\//`).replaceAll('@', String.raw`\@`)
}
