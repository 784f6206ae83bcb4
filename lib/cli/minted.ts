// A new token: alone on standard output, so that it can be piped; what it holds on standard error, where somebody looks at that.

import { inspect } from '../index.ts'
import type { Environment, Result, Terminal } from './command.ts'
import { describe } from './describe.ts'
import { painter } from './style.ts'

/** What a command that has made a token comes to. */
export function minted(
  token: string,
  now: number,
  environment: Environment,
  terminal: Terminal,
): Result {
  const lines = terminal.stderr
    ? ['', ...describe(inspect(token), now, painter(true, environment)), '']
    : []
  return { status: 0, stdout: `${token}\n`, stderr: lines.join('\n') }
}
