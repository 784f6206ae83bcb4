// What may stand on a terminal. A token is a stranger's text: what steers a terminal, or turns the writing about, is shown as its number.

import type { Environment } from './command.ts'

const codes = { bold: 1, red: 31, green: 32, yellow: 33 }

/** Writes a text in a style, or leaves it as it is. */
export type Paint = (style: keyof typeof codes, text: string) => string

/** Colours, on a terminal alone, and not where they are unwanted: https://no-color.org */
export function painter(isTerminal: boolean, environment: Environment): Paint {
  const isWanted = isTerminal && !environment.NO_COLOR
  return (style, text) => (isWanted ? `\x1b[${codes[style]}m${text}\x1b[0m` : text)
}

const steering = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** A line without characters that do more than show themselves. */
export function printable(line: string): string {
  return line.replace(
    steering,
    (character) => `\\u{${Number(character.codePointAt(0)).toString(16)}}`,
  )
}

/** A value as indented JSON that says the same and has none of these characters either, but for the ends of its lines. */
export function printableJson(value: unknown): string {
  const escape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  return JSON.stringify(value, null, 2).replace(steering, (character) =>
    character === '\n' ? '\n' : character.split('').map(escape).join(''),
  )
}
