// Turns the options of the command line into arguments of the library, and its messages back.

import type { GenerateOptions } from '../index.ts'

/** Returns the arguments of `generate()` for `--expires`. */
export function generateOptions(expires: string | undefined, now: number): GenerateOptions {
  return expires === undefined
    ? { now }
    : { now, expires: /^\d+$/.test(expires) ? Number(expires) : NaN }
}

/** Parses every `--param NAME=VALUE`. A repeated name yields several values. */
export function parseParams(
  texts: readonly string[] | undefined,
  application: string | undefined,
): Record<string, string[]> | undefined {
  if (texts === undefined) return undefined
  if (application === undefined)
    throw new TypeError('Cannot use --param: it must be left out without an application for calls')
  const lists = new Map<string, string[]>()
  for (const text of texts) {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? []
    if (name === undefined || value === undefined)
      throw new TypeError('Cannot use --param: it must be name=value')
    lists.set(name, [...(lists.get(name) ?? []), value])
  }
  return Object.fromEntries(lists)
}

/** Gives an option whose value is optional, such as `--video`, the empty value that `parseArgs` expects. */
export function withOptionalValue(args: readonly string[], option: string): string[] {
  return args.map((arg, i) =>
    arg === option && (args[i + 1] ?? '-').startsWith('-') ? `${option}=` : arg,
  )
}

// The library names its own arguments; on the command line, an option or a variable held the value.
const sources = {
  accountSid: 'TWILIO_ACCOUNT_SID',
  applicationSid: '--outgoing',
  authToken: 'TWILIO_AUTH_TOKEN',
  clientName: '--incoming',
  expires: '--expires',
  identity: '--identity',
  keySecret: 'TWILIO_API_SECRET',
  keySid: 'TWILIO_API_KEY',
  outgoingApplicationSid: '--voice-outgoing',
  params: '--param',
  region: '--region',
  serviceSid: '--chat or --sync',
}

/** Rewords a message of the library or of `parseArgs` for the command line, without the advice that the latter adds. */
export function toCliMessage(message: string): string {
  return Object.entries(sources).reduce(
    (text, [name, source]) =>
      text.replace(RegExp(`^Cannot use ${name}\\b`), `Cannot use ${source}`),
    message.replace(/(\.? To specify|\n).*$/s, ''),
  )
}
