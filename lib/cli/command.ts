// What a command is, and what it receives.

/** The result of a command. Exit status 0: success; 1: the token has an error; 2: incorrect usage. */
export interface Result {
  status: 0 | 1 | 2
  stdout: string
  stderr: string
  /** Ends what the command has left running. */
  stop?: () => void
}

/** The environment variables that commands read, each only if it is needed: Deno asks for permission for each one. */
export interface Environment {
  readonly TWILIO_ACCOUNT_SID?: string | undefined
  readonly TWILIO_AUTH_TOKEN?: string | undefined
  readonly TWILIO_API_KEY?: string | undefined
  readonly TWILIO_API_SECRET?: string | undefined
  readonly NO_COLOR?: string | undefined
}

/** Access to the standard streams and the package's files. */
export interface Terminal {
  /** Which of the standard streams are terminals. */
  readonly isTTY: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean }
  /** Reads standard input to its end. */
  readInput(): Promise<string>
  /** Reads the HTML of the token page. */
  readPage(): Promise<string>
}

/** One of the commands: its help text, and what it does. */
export interface Command {
  readonly help: string
  run(args: string[], environment: Environment, terminal: Terminal): Promise<Result>
}

/** Returns the variables that a command needs, or throws an error that names those to set. */
export function requireVariables<Name extends keyof Environment>(
  environment: Environment,
  ...names: readonly Name[]
): Record<Name, string> {
  const missing = names.filter((name) => !environment[name]) // an empty variable counts as missing
  if (missing.length > 0) throw new TypeError(`Set ${missing.join(' and ')} in the environment`)
  return Object.fromEntries(names.map((name) => [name, environment[name]])) as Record<Name, string>
}

/** Rejects arguments that are not options. They are not quoted, because one may be a secret. */
export function rejectPositionals(positionals: readonly string[], maxCount = 0): void {
  if (positionals.length > maxCount)
    throw new TypeError(
      `Cannot use argument ${maxCount + 1}: this command takes ${maxCount} besides its options`,
    )
}
