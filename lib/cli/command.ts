// What a command is, and what it receives.

import type { OptionKinds } from './arguments.ts'

/** The result of a command. Exit status 0: success; 1: the token or webhook has an error; 2: incorrect usage. */
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
  readonly TWILIO_API_KEY_SID?: string | undefined
  readonly TWILIO_API_SECRET?: string | undefined
  readonly TWILIO_API_KEY_SECRET?: string | undefined
  readonly NO_COLOR?: string | undefined
}

/** Access to the standard streams and to files. */
export interface Terminal {
  /** Which of the standard streams are terminals. */
  readonly isTTY: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean }
  /** Reads standard input to its end. */
  readInput(): Promise<string>
  /** Reads a file, or standard input if its name is `-`. */
  readBytes(file: string): Promise<Uint8Array<ArrayBuffer>>
  /** Reads the HTML of the token page. */
  readPage(): Promise<string>
  /** Reads the variables of a .env file, as Node does. */
  readVariables(file: string): Promise<Record<string, string | undefined>>
}

/** One of the commands: its options, its help text, and what it does. */
export interface Command {
  readonly options: OptionKinds
  readonly help: string
  run(args: readonly string[], environment: Environment, terminal: Terminal): Promise<Result>
}
