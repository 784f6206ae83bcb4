// The command-line tool, as a function: nothing here touches the process.

import { escapeText } from '../report/escape.ts'
import type { Command, Environment, Result, Terminal } from './command.ts'
import { access } from './commands/access.ts'
import { capability } from './commands/capability.ts'
import { inspect } from './commands/inspect.ts'
import { page } from './commands/page.ts'
import { toCliMessage } from './options.ts'

const commands = new Map<string | undefined, Command>(
  Object.entries({ capability, access, inspect, page }),
)

const help = `Usage: twilio-tokens COMMAND [options]

  capability   makes a capability token, for a softphone
  access       makes an access token, for anything new
  inspect      says what a token holds, and what Twilio would say of it
  page         serves a page on this machine that says the same of what is pasted there

Secrets come from the environment alone, since everybody on a machine can read its command lines: TWILIO_ACCOUNT_SID, with
TWILIO_AUTH_TOKEN for capability, with TWILIO_API_KEY and TWILIO_API_SECRET for access.

  --help       this text; after a command, that command's
  --version    the version

Examples:
  twilio-tokens capability --incoming Alice --expires 600
  twilio-tokens access --identity alice --voice-incoming --video standup
  twilio-tokens capability --incoming Alice | twilio-tokens inspect
  twilio-tokens page --port 8080
`

/** Runs one command line and returns what it prints and its exit status. */
export async function main(
  argv: readonly string[],
  environment: Environment,
  terminal: Terminal,
  version: string,
): Promise<Result> {
  const [name, ...args] = argv
  const command = commands.get(name)
  const isAskedFor = (...options: string[]) => argv.some((arg) => options.includes(arg))
  if (isAskedFor('--help', '-h') || name === 'help')
    return { status: 0, stdout: (command ?? commands.get(args[0]))?.help ?? help, stderr: '' }
  if (name === '--version') return { status: 0, stdout: `${version}\n`, stderr: '' }
  // What was typed instead is not quoted, here as elsewhere: it may be a secret or a token.
  if (!command)
    return usageError(name === undefined ? 'Name a command' : 'There is no such command', help)
  try {
    return await command.run(args, environment, terminal)
  } catch (error) {
    return usageError(toCliMessage((error as Error).message), command.help) // only errors are thrown above
  }
}

function usageError(message: string, usage: string): Result {
  return { status: 2, stdout: '', stderr: `${escapeText(message)}\n\n${usage}` }
}
