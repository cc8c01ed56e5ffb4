const constant = /^(?:[\w$]+\.)*[A-Z][A-Z_]+$/

/** `SCREEN_ON`, `android.intent.action.SCREEN_ON`: named in the code, so that it tells statements apart. */
export function isConstant(word: string): boolean {
  return constant.test(word)
}
