import type { CatalogueEntry } from '#src/domain/catalogue.ts'

/** Addresses that let whoever knows them post: the path is the secret. */
const postingAddress =
  /\bhooks\.slack\.com\/(?:services|workflows|triggers)\/|\bdiscord(?:app)?\.com\/api\/webhooks\/|\.webhook\.office\.com\/|\.logic\.azure\.com[:/]|\bchat\.googleapis\.com\/v1\/spaces\//i
const mask = '[redacted:'

/** Fields whose text bears what looks like a secret; `clean` masks secrets. An entry is shown to every reader, so it may hold none. Pure. */
export function secretFields(entry: CatalogueEntry, clean: (text: string) => string): string[] {
  // What follows the scheme of an address reads as one value: its parameters are looked at one by one as well.
  const isSecret = (text: string) =>
    postingAddress.test(text) || [text, ...text.split(/[?&#]/)].some((part) => masks(clean(part)) > masks(part))
  return Object.entries(entry)
    .flatMap(([field, value]: [string, unknown]) =>
      Array.isArray(value)
        ? value.map((each, index) => [`${field}.${index}`, String(each)] as const)
        : [[field, String(value)] as const],
    )
    .filter(([, text]) => isSecret(text))
    .map(([path]) => path)
}

function masks(text: string): number {
  return text.split(mask).length
}
