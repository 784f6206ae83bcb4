// The command-line tool, as a function: nothing here touches the process.

import { escapeText } from '../report/escape.ts'
import { UnknownOption, UsageError } from './arguments.ts'
import type { Command, Environment, Result, Terminal } from './command.ts'
import { access } from './commands/access.ts'
import { capability } from './commands/capability.ts'
import { inspect } from './commands/inspect.ts'
import { page } from './commands/page.ts'
import { taskrouter } from './commands/taskrouter.ts'
import { webhook } from './commands/webhook.ts'
import { withEnvFile } from './environment.ts'
import { findCommand, optionAdvice, showOption } from './suggest.ts'
import { isFileName, isTokenLike } from './words.ts'

const table = { access, capability, taskrouter, inspect, webhook, page } // a new command is one name here, and one line of help
const commands = new Map<string | undefined, Command>(Object.entries(table))

const help = `Usage: twilio-tokens COMMAND [options]

  access       generate an access token, which new applications need
  capability   generate a capability token (deprecated by Twilio)
  taskrouter   generate a token for TaskRouter.js 1
  inspect      show what a token contains, and what Twilio would report
  webhook      sign a webhook as Twilio does, or check a signature
  page         serve a local web page that inspects a pasted token

Secrets are read only from the environment or from --env-file, because everyone
on a machine can see its command lines: TWILIO_ACCOUNT_SID, with TWILIO_API_KEY
and TWILIO_API_SECRET for access, with TWILIO_AUTH_TOKEN for capability and
taskrouter; for webhook only TWILIO_AUTH_TOKEN.

  --help       show this text; after a command, the help of that command
  --version    show the version

Examples:
  twilio-tokens access --identity alice --voice-incoming --env-file .env
  twilio-tokens access --identity alice --video | twilio-tokens inspect
  twilio-tokens capability --incoming Alice --expires 10m
  twilio-tokens taskrouter --workspace WS6ac14c1d29a9a36b51c4ff44c3ac8ab1
  twilio-tokens webhook https://app.example/voice --param To=sales --curl
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
  try {
    if (name === 'help') return { status: 0, stdout: helpOf(args), stderr: '' }
    if (argv.some((arg) => ['--help', '-h', '-?'].includes(arg)))
      return {
        status: 0,
        stdout: commands.get(name)?.help ?? helpOf(argv.filter((arg) => commands.has(arg))),
        stderr: '',
      }
    const last =
      args.length === 0 ? name : args.length === 1 && commands.has(name) ? args[0] : undefined
    if (name === 'version' || ['--version', '-v', '-V'].includes(String(last)))
      return { status: 0, stdout: `${version}\n`, stderr: '' }
    const command = commands.get(name)
    if (command === undefined) throw unknownCommand(argv)
    if (args.length === 1 && args[0] === 'help')
      return { status: 0, stdout: command.help, stderr: '' }
    const { rest, variables } = await withEnvFile(args, environment, terminal)
    return await command.run(rest, variables, terminal)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    const owner = error instanceof UnknownOption ? ownerOf(error.option) : ''
    const seen = commands.has(name) ? `${String(name)} --help` : '--help'
    return {
      status: 2,
      stdout: '',
      stderr: `${escapeText(error.message)}${owner}\nSee: twilio-tokens ${seen}\n`,
    }
  }
}

// Which command has an option that another one does not have, or one of another name in its place.
function ownerOf(option: string): string {
  for (const [name, { options }] of commands)
    if (Object.hasOwn(options, option)) return `: it is an option of ${String(name)}`
  for (const [name, { options }] of commands) {
    const advice = optionAdvice(option, Object.keys(options)) ?? ''
    if (advice.startsWith('use --')) return advice.replace('use', `: ${String(name)} has`)
  }
  return ''
}

function helpOf([name]: readonly string[]): string {
  const command = commands.get(name)
  if (command !== undefined) return command.help
  if (name === undefined || name === 'help' || name.startsWith('-')) return help
  throw unknownCommand([name])
}

// What was typed is not quoted, here as elsewhere: it may be a secret or a token.
function unknownCommand(argv: readonly string[]): UsageError {
  const [name] = argv
  if (name === undefined) return new UsageError('Missing a command')
  const later = argv.find((arg) => commands.has(arg))
  if (name.startsWith('-') && later !== undefined)
    return new UsageError(`Missing a command before the options: ${later} comes first`)
  if (argv.some(isTokenLike))
    return new UsageError('Missing a command: to inspect a token, use twilio-tokens inspect TOKEN')
  if (name.startsWith('-')) {
    const option = showOption(name).trim()
    const owner = option === '' ? '' : ownerOf(option.replace(/^--?/, ''))
    return new UsageError(`Missing a command before the options${owner && ` (${option}${owner})`}`)
  }
  if (isFileName(name))
    return new UsageError(
      'Missing a command: to inspect a token in a file, use twilio-tokens inspect < FILE',
    )
  const meant = findCommand(name, Object.keys(table))
  return new UsageError(`Unknown command${meant === undefined ? '' : `: use ${meant}`}`)
}
