// Colors, only on a terminal, and not if the user does not want them: https://no-color.org

import type { Environment } from './command.ts'

const codes = { bold: 1, red: 31, green: 32, yellow: 33 }

/** Writes a text in a style, or returns it unchanged. */
export type Paint = (style: keyof typeof codes, text: string) => string

/** Returns the function that colors text for one output stream. */
export function createPaint(isTerminal: boolean, environment: Environment): Paint {
  const isWanted = isTerminal && !environment.NO_COLOR
  return (style, text) => (isWanted ? `\x1b[${codes[style]}m${text}\x1b[0m` : text)
}
