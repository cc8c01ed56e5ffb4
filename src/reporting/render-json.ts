/* JSON.stringify leaves C1 controls, bidi and zero-width characters as they are; a terminal must not get them. */
const unprintable = /[\u007f-\u009f]|[\p{Cf}\p{Co}\p{Zl}\p{Zp}]/gu

function escape(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    return String.raw`\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`
  }).join('')
}

/** A value as JSON that says the same and is safe on a terminal; without indent on one line. */
export function renderJson(value: unknown, indent = 2): string {
  return `${JSON.stringify(value, undefined, indent).replace(unprintable, escape)}\n`
}
