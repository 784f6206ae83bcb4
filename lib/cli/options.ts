// Turns options and variables into arguments of the library, and its messages back into words of the command line.

import type { GenerateOptions } from '../index.ts'
import { formatTime } from '../report/times.ts'
import { UsageError } from './arguments.ts'
import type { Environment } from './command.ts'

/** The variables of each value, with every name that Twilio's tools and documentation use for it. */
export const variables = {
  accountSid: ['TWILIO_ACCOUNT_SID'],
  authToken: ['TWILIO_AUTH_TOKEN'],
  keySid: ['TWILIO_API_KEY', 'TWILIO_API_KEY_SID'],
  keySecret: ['TWILIO_API_SECRET', 'TWILIO_API_KEY_SECRET'],
} as const

/** A value of the environment, with the name of the variable that contains it. */
export interface Variable {
  name: string
  value: string
}

/** Reads a value of the environment. An empty variable counts as missing; two that differ are an error. */
export function readVariable(
  environment: Environment,
  argument: keyof typeof variables,
): Variable | undefined {
  const found = variables[argument].flatMap((name) => {
    const value = environment[name] ?? ''
    return value === '' ? [] : [{ name, value }]
  })
  const [first] = found
  if (found.some(({ value }) => value !== first?.value))
    throw new UsageError(
      `Cannot use ${found.map(({ name }) => name).join(' and ')}: they differ, so unset one of them`,
    )
  return first
}

/** Reads the values that a command needs, or throws an error that names the variables to set. */
export function requireVariables<const Argument extends keyof typeof variables>(
  environment: Environment,
  needed: readonly Argument[],
): Record<Argument, Variable> {
  const found = needed.map((argument) => [argument, readVariable(environment, argument)] as const)
  const missing = found.flatMap(([argument, variable]) => (variable ? [] : variables[argument][0]))
  if (missing.length > 0)
    throw new UsageError(
      `Set ${joinWords(missing)} in the environment or in the file of --env-file`,
    )
  return Object.fromEntries(found) as Record<Argument, Variable>
}

/** Calls the library, and names in its errors the option or variable that contained each argument. */
export async function withSources<T>(
  sources: Readonly<Record<string, string>>,
  call: () => T | Promise<T>,
): Promise<T> {
  try {
    return await call()
  } catch (error) {
    const { message } = error as Error // the library throws nothing else
    const [, argument = ''] = /^Cannot use (\w+)/.exec(message) ?? []
    const source = Object.hasOwn(sources, argument) ? sources[argument] : undefined
    throw new UsageError(
      source === undefined
        ? message
        : message.replace(/^Cannot use [\w.[\]]+/, `Cannot use ${source}`),
      { cause: error },
    )
  }
}

const secondsPerUnit = { d: 86_400, h: 3600, m: 60, min: 60, s: 1, sec: 1 }

/** Parses a duration such as `600`, `90s`, `10m` or `1h30m` into seconds. */
export function parseDuration(text: string): number | undefined {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  if (!/^(\d{1,9}(d|h|min|m|sec|s))+$/i.test(text)) return undefined
  return [...text.matchAll(/(\d+)([a-z]+)/gi)].reduce(
    (sum, [, count, unit = '']) =>
      sum + Number(count) * secondsPerUnit[unit.toLowerCase() as keyof typeof secondsPerUnit],
    0,
  )
}

/** Returns the arguments of `generate()` for `--expires`. */
export function generateOptions(expires: string | undefined, now: number): GenerateOptions {
  if (expires === undefined) return { now }
  const seconds = parseDuration(expires)
  if (seconds !== undefined && isLifetime(seconds)) return { now, expires: seconds }
  throw new UsageError(
    `Cannot use --expires: it must be 1 to 86400 seconds, or a duration up to 24h such as 90s, 10m or 1h, got ${durationFlaw(expires, seconds)}`,
  )
}

const isLifetime = (seconds: number) =>
  Number.isInteger(seconds) && seconds >= 1 && seconds <= 86_400

// What is wrong with a duration, without the text itself: it may be a secret.
function durationFlaw(text: string, seconds: number | undefined): string {
  if (seconds !== undefined) {
    const hint = !isNaN(Number(text)) && isLifetime(seconds / 1000) ? ' (milliseconds?)' : ''
    return `${seconds} seconds${hint}`
  }
  if (/^[+-]?\d{0,9}\.?\d{0,9}$/.test(text)) return text
  if (/\s/.test(text)) return 'white space in it'
  if (/^\d+[.,]\d+[a-z]+$/i.test(text)) return 'a fraction'
  if (/^\d+[a-z]+$/i.test(text)) return 'another unit than d, h, m or s'
  return `a string of ${text.length} characters`
}

/** Parses `--not-before`: seconds since the epoch, an ISO time, or a duration from now such as `10m`. */
export function parseNotBefore(text: string, now: number, expiresAt: number): number {
  const time = parseTime(text, now)
  if (time === undefined)
    throw new UsageError(
      `Cannot use --not-before: it must be a time such as ${formatTime(now + 600)}, seconds since the epoch, or a duration from now such as 10m`,
    )
  if (time >= expiresAt)
    throw new UsageError('Cannot use --not-before: the token would expire before it is valid')
  return time
}

function parseTime(text: string, now: number): number | undefined {
  if (/^\d{9,12}$/.test(text)) return Number(text)
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:?\d\d)$/i.test(text)) {
    const time = Math.floor(Date.parse(text) / 1000)
    return Number.isNaN(time) ? undefined : time
  }
  const delay = /[a-z]$/i.test(text) ? parseDuration(text) : undefined
  return delay === undefined ? undefined : now + delay
}

/** Parses every `--param NAME=VALUE`. A repeated name yields several values. */
export function parseParams(
  texts: readonly string[] | undefined,
  application: string | undefined,
  applicationOption: string,
): Record<string, string[]> | undefined {
  if (texts === undefined) return undefined
  if (application === undefined)
    throw new UsageError(
      `Cannot use --param without ${applicationOption}: params are for that application`,
    )
  const lists = new Map<string, string[]>()
  for (const [name, value] of parsePairs(texts))
    lists.set(name, [...(lists.get(name) ?? []), value])
  return Object.fromEntries(lists)
}

/** Parses every `--param NAME=VALUE`, in their order. */
export function parsePairs(texts: readonly string[]): [name: string, value: string][] {
  return texts.map((text) => {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? []
    if (name === undefined || value === undefined)
      throw new UsageError('Cannot use --param: it must be NAME=VALUE')
    return [name, value]
  })
}

/** Joins words as in `a, b and c`. */
export function joinWords(words: readonly string[], conjunction = 'and'): string {
  const last = words.slice(-1).join()
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} ${conjunction} ${last}`
}
