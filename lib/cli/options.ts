// Options as texts, turned into what the library takes.

import type { GenerateOptions } from '../index.ts'

/** `--expires`, with the clock. */
export function lifetime(expires: string | undefined, now: number): GenerateOptions {
  return expires === undefined
    ? { now }
    : { now, expires: /^\d+$/.test(expires) ? Number(expires) : NaN }
}

/** Every `--param name=value`: a name that is repeated becomes a list. */
export function params(
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

/** Gives an option that may stand alone, such as `--video`, the empty value that `parseArgs` wants. */
export function withOptionalValue(args: readonly string[], option: string): string[] {
  return args.map((arg, i) =>
    arg === option && (args[i + 1] ?? '-').startsWith('-') ? `${option}=` : arg,
  )
}

// The library names its own arguments; here it was an option or a variable that held them.
const origins = {
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

/** A message of the library or of `parseArgs`, in the words of the command line, without the advice that the latter adds. */
export function translated(message: string): string {
  return Object.entries(origins).reduce(
    (text, [name, origin]) =>
      text.replace(RegExp(`^Cannot use ${name}\\b`), `Cannot use ${origin}`),
    message.replace(/(\.? To specify|\n).*$/s, ''),
  )
}
