// `--env-file`: reads variables from a file, as Node does. A variable of the environment overrides that of the file.

import { parseArguments, UsageError } from './arguments.ts'
import type { Environment, Terminal } from './command.ts'

/** Takes `--env-file` out of the arguments of a command, and returns the variables with those of that file. */
export async function withEnvFile(
  args: readonly string[],
  environment: Environment,
  terminal: Terminal,
): Promise<{ rest: string[]; variables: Environment }> {
  const end = args.includes('--') ? args.indexOf('--') : args.length
  const at = args.findIndex((arg, i) => i < end && /^--env-file(=|$)/s.test(arg))
  if (at < 0) return { rest: [...args], variables: environment }
  const count = args[at] === '--env-file' && args[at + 1]?.startsWith('-') === false ? 2 : 1
  const { options } = parseArguments(args.slice(at, at + count), { 'env-file': 'value' })
  const rest = [...args.slice(0, at), ...args.slice(at + count)]
  if (rest.some((arg, i) => i < end - count && /^--env-file(=|$)/s.test(arg)))
    throw new UsageError('Cannot use --env-file twice')
  let values: Record<string, string | undefined>
  try {
    values = await terminal.readVariables(String(options['env-file']))
  } catch (error) {
    const { code } = error as { code?: unknown }
    throw new UsageError(
      `Cannot read the file of --env-file${code === 'ENOENT' ? ': there is no such file' : ''}`,
      { cause: error },
    )
  }
  // Each variable is read only when it is needed, and an empty one counts as missing.
  const variables = new Proxy(environment, {
    get(target, name: keyof Environment) {
      const value = target[name] ?? ''
      return value === '' && Object.hasOwn(values, name) ? values[name] : value
    },
  })
  return { rest, variables }
}
