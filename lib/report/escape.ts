// A token is a stranger's text: characters that control a terminal or reorder text are shown as their numbers.

const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** Replaces each unsafe character of a line with its number, such as `\u{202e}`. */
export function escapeText(line: string): string {
  return line.replace(
    unsafe,
    (character) => `\\u{${Number(character.codePointAt(0)).toString(16)}}`,
  )
}

/** Formats a value as indented JSON with the same meaning and without unsafe characters, except its line feeds. */
export function toEscapedJson(value: unknown): string {
  const escapeUnit = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  return JSON.stringify(value, null, 2).replace(unsafe, (character) =>
    character === '\n' ? '\n' : character.split('').map(escapeUnit).join(''),
  )
}
