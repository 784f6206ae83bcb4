// Splits the arguments of a command into options and words.
//
// No message quotes a value, because it may be a secret or a token.

import { optionAdvice, showOption } from './suggest.ts'

/** How an option is written: by itself, with a value, with a value that may be omitted, or with a value and repeatedly. */
export type OptionKind = 'flag' | 'value' | 'optional' | 'list'

/** The options of a command, by name without dashes. */
export type OptionKinds = Readonly<Record<string, OptionKind>>

type OptionValue<Kind extends OptionKind> = Kind extends 'flag'
  ? true
  : Kind extends 'list'
    ? string[]
    : string

/** What follows the command. The value of an `optional` option without a value is the empty string. */
export interface Arguments<Kinds extends OptionKinds> {
  options: { [Name in keyof Kinds]?: OptionValue<Kinds[Name]> }
  words: string[]
}

/** An error in the command line; its message is for the person who typed it. */
export class UsageError extends Error {}

/** An option that the command does not have, and that resembles none of its options. */
export class UnknownOption extends UsageError {
  readonly option: string

  constructor(message: string, option: string) {
    super(message)
    this.option = option
  }
}

/**
 * Splits the arguments of a command.
 *
 * @param isWord Whether an argument is a word although it begins with a dash, after the words before it.
 */
export function parseArguments<const Kinds extends OptionKinds>(
  args: readonly string[],
  kinds: Kinds,
  isWord: (arg: string, before: readonly string[]) => boolean = () => false,
): Arguments<Kinds> {
  const given = new Map<string, string[]>()
  const words: string[] = []
  const rest = [...args]
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--') {
      words.push(...rest)
      break
    }
    if (!isOption(arg) || isWord(arg, words)) {
      words.push(arg)
      continue
    }
    const { name, inline } = splitOption(arg)
    const kind = arg.startsWith('--') && Object.hasOwn(kinds, name) ? kinds[name] : undefined
    if (kind === undefined) {
      const advice = optionAdvice(name, Object.keys(kinds))
      const message = `Unknown option${showOption(arg)}`
      throw advice === undefined
        ? new UnknownOption(message, name)
        : new UsageError(`${message}: ${advice}`)
    }
    const before = given.get(name) ?? []
    if (before.length > 0 && kind !== 'list') throw new UsageError(`Cannot use --${name} twice`)
    if (kind === 'flag' && inline !== undefined)
      throw new UsageError(`Cannot use --${name} with a value`)
    const value = kind === 'flag' ? undefined : (inline ?? takeValue(rest))
    if (value === undefined && (kind === 'value' || kind === 'list'))
      throw missingValue(name, rest[0])
    if (value?.trim() === '')
      throw new UsageError(`Cannot use --${name}: its value is empty (is the variable in it set?)`)
    given.set(name, [...before, value ?? ''])
  }
  const options = Array.from(given, ([name, values]) => {
    const kind = kinds[name]
    return [name, kind === 'flag' ? true : kind === 'list' ? values : values[0]]
  })
  return { options: Object.fromEntries(options) as Arguments<Kinds>['options'], words }
}

// No option begins with a digit, so `-5` is a value.
function isOption(arg: string): boolean {
  return /^-[^\d.]/s.test(arg)
}

function splitOption(arg: string): { name: string; inline: string | undefined } {
  const text = arg.replace(/^--?/, '')
  const at = text.indexOf('=')
  return at < 0
    ? { name: text, inline: undefined }
    : { name: text.slice(0, at), inline: text.slice(at + 1) }
}

function takeValue(rest: string[]): string | undefined {
  return rest[0] === undefined || isOption(rest[0]) ? undefined : rest.shift()
}

function missingValue(name: string, next: string | undefined): UsageError {
  const hint = next === undefined ? '' : ` (if the value begins with a dash, write --${name}=VALUE)`
  return new UsageError(`Missing value of --${name}${hint}`)
}
