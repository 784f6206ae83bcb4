// A token is a stranger's text: characters that control a terminal, reorder text or are invisible appear as numbers.

const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

/** Replaces each unsafe character of a line with its number, such as `\u{202e}`. */
export function escapeText(line: string): string {
  return line.replace(
    unsafe,
    (character) => `\\u{${Number(character.codePointAt(0)).toString(16)}}`,
  )
}

/** Formats a value as JSON with the same meaning and without unsafe characters, except line feeds between its lines. */
export function toEscapedJson(value: unknown, indent = 2): string {
  const escapeUnit = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  return JSON.stringify(value, null, indent).replace(unsafe, (character) =>
    character === '\n' ? '\n' : character.split('').map(escapeUnit).join(''),
  )
}
