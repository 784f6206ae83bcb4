// Words that are not options: most commands have none, so each is explained by what it looks like.

import { UsageError } from './arguments.ts'
import { joinWords } from './options.ts'

const places: readonly (readonly [form: RegExp, what: string, options: readonly string[]])[] = [
  [/^AP[0-9a-z]+$/i, 'an application SID', ['voice-outgoing', 'outgoing']],
  [/^IS[0-9a-f]{8,}$/i, 'a service SID', ['chat', 'sync']],
  [/^WS[0-9a-f]{8,}$/i, 'a workspace SID', ['workspace', 'taskrouter']],
  [/^W[KQ][0-9a-f]{8,}$/i, 'the SID of a worker or queue', ['channel', 'worker']],
  [/^CR[0-9a-f]{8,}$/i, 'a credential SID', ['push-credential']],
  [/^[^=]+=/, 'NAME=VALUE', ['param']],
  [/^-?\d{1,9}(s|m|min|h|d)?$/i, 'a number', ['port', 'expires']],
  [/^[a-z]{2}\d$/, 'a region', ['region']],
  [/\.env\b|^env$/i, 'the name of a .env file', ['env-file']],
  [/^/, 'a name', ['identity', 'incoming']],
]

/** Rejects words that a command does not use, and names the option that each one belongs to. */
export function rejectWords(
  words: readonly string[],
  options: readonly string[],
  otherwise = 'this command has only options',
): void {
  const [word] = words
  if (word !== undefined)
    throw new UsageError(`Unexpected argument: ${explain(word, options) ?? otherwise}`)
}

function explain(word: string, options: readonly string[]): string | undefined {
  if (/^[\u2010-\u2015\u2212]/.test(word)) return 'an option begins with two plain dashes, --'
  if (isTokenLike(word)) return 'to inspect a token, use twilio-tokens inspect TOKEN'
  if (/^(AC|SK)[0-9a-f]{8,}$/i.test(word))
    return 'SIDs of accounts and keys are read from the environment or --env-file'
  if (isSecretLike(word))
    return 'it looks like a secret, and secrets are read only from the environment or --env-file'
  if (/^(true|false|yes|no|on|off)$/i.test(word))
    return 'an option that switches something on has no value'
  const known = [...options, 'env-file']
  for (const [form, what, meant] of places) {
    const right = form.test(word) ? meant.filter((option) => known.includes(option)) : []
    if (right.length > 0)
      return `${what} belongs after ${joinWords(
        right.map((option) => `--${option}`),
        'or',
      )}`
  }
  return undefined
}

/** Whether a word has the length of an auth token, or of an API key secret, or is longer. */
export function isSecretLike(word: string): boolean {
  return /^[0-9a-z]{32}$|^[\w-]{36,}$/i.test(word)
}

/** Whether a word looks like a token, or like a part of one. */
export function isTokenLike(word: string): boolean {
  return /eyJ[\w-]{5,}/.test(word)
}

/** Whether a word is the name of a file rather than a token. */
export function isFileName(word: string): boolean {
  return (
    !isTokenLike(word) &&
    (/^(\.{0,2}|~|@|[a-z]:)[\\/][^\s<>]*$/i.test(word) ||
      /^[\w@~.:\\/ -]+\.(txt|jwt|jws|json|token|tok|log|env|pem|md|ya?ml|html?|xml|csv|out)$/i.test(
        word,
      ) ||
      /^\.env\b[\w.-]*$/.test(word))
  )
}
