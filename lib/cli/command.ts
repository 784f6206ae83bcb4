// What commands are, and what they are given.

/** What a command came to: 0 is well, 1 a token with an error, 2 wrong usage. */
export interface Result {
  status: 0 | 1 | 2
  stdout: string
  stderr: string
  /** Ends what the command has left running. */
  stop?: () => void
}

/** The variables that are looked at, each only when it is needed: Deno asks for leave for each. */
export interface Environment {
  readonly TWILIO_ACCOUNT_SID?: string | undefined
  readonly TWILIO_AUTH_TOKEN?: string | undefined
  readonly TWILIO_API_KEY?: string | undefined
  readonly TWILIO_API_SECRET?: string | undefined
  readonly NO_COLOR?: string | undefined
}

/** Which of the standard streams are terminals, and what comes in. */
export interface Terminal {
  readonly stdin: boolean
  readonly stdout: boolean
  readonly stderr: boolean
  /** Reads standard input to its end. */
  read(): Promise<string>
  /** Reads the token page. */
  page(): Promise<string>
}

/** One of the tool's jobs. */
export interface Command {
  readonly help: string
  run(args: string[], environment: Environment, terminal: Terminal): Promise<Result>
}

/** What a command reads from the environment, or what to set there. */
export function required(environment: Environment, ...names: (keyof Environment)[]): string[] {
  const values = names.map((name) => environment[name] ?? '')
  const missing = names.filter((_, i) => values[i] === '') // set to nothing is not set
  if (missing.length > 0) throw new TypeError(`Set ${missing.join(' and ')} in the environment`)
  return values
}

/** Refuses what stands between the options: unquoted, since it may be a secret. */
export function refuseMore(positionals: readonly string[], most = 0): void {
  if (positionals.length > most)
    throw new TypeError(
      `Cannot use argument ${most + 1}: this command takes ${most} besides its options`,
    )
}
