// `twilio-tokens inspect`: shows what a token contains, and what Twilio would report.

import { toEscapedJson } from '../../report/escape.ts'
import { examine, type Examination } from '../../report/examine.ts'
import { parseArguments, UsageError } from '../arguments.ts'
import { createPaint } from '../color.ts'
import type { Command, Terminal } from '../command.ts'
import { printExamination } from '../print.ts'
import { missingVariable, readCandidates } from '../signature.ts'
import { isFileName, isSecretLike, isTokenLike, rejectWords } from '../words.ts'

const kinds = { json: 'flag', strict: 'flag' } as const

export const inspect: Command = {
  options: kinds,

  help: `Usage: twilio-tokens inspect [TOKEN] [options]
       twilio-tokens inspect < FILE

Shows what a token contains, when it expires, and every error that Twilio would
report, with a fix. Without TOKEN, or with -, it reads standard input. A JSON
response with a token in it is fine too. Nothing is sent anywhere.

The signature is checked if the environment has the secret: TWILIO_AUTH_TOKEN,
or for an access token TWILIO_API_SECRET (or TWILIO_API_KEY_SECRET).

  --json            print everything as JSON, for programs
  --strict          exit with status 1 for warnings too
  --env-file FILE   read variables from a .env file

Exit status: 0 if Twilio would accept the token, 1 if it has an error, 2 for
incorrect usage.

Examples:
  twilio-tokens inspect eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzY29wZSI6I…
  curl -s https://example.com/token | twilio-tokens inspect --env-file .env
`,

  async run(args, environment, terminal) {
    const { options, words } = parseArguments(args, kinds, continuesToken)
    const pasted = await readPasted(words, terminal)
    const now = Math.floor(Date.now() / 1000)
    const candidates = readCandidates(environment)
    const examination = await examine(pasted, candidates, missingVariable, now)
    const { findings } = examination
    const isFailure = findings.some(({ severity }) => options.strict ?? severity === 'error')
    return {
      status: isFailure ? 1 : 0,
      stdout: options.json
        ? `${toJson(examination)}\n`
        : printExamination(examination, now, createPaint(terminal.isTTY.stdout, environment)),
      stderr: '',
    }
  },
}

async function readPasted(words: readonly string[], terminal: Terminal): Promise<string> {
  const [word] = words
  if (word === undefined || (word === '-' && words.length === 1)) {
    if (word === undefined && terminal.isTTY.stdin)
      throw new UsageError('Missing a token: pass it as an argument, or on standard input')
    const input = await terminal.readInput()
    if (input.trim() === '') throw new UsageError('Missing a token: standard input is empty')
    return input
  }
  const tokens = words.filter(isTokenLike)
  // A token may be in several words, such as `Bearer eyJ…`, or broken into lines.
  if (words.length > 1 && (tokens.length === 0 || isTwoTokens(tokens)))
    throw new UsageError(
      tokens.length === 0
        ? 'Unexpected argument 2: pass one token'
        : 'Unexpected argument: pass one token at a time',
    )
  // Nothing belongs to a token that is whole, except what wraps it, such as `}`.
  const whole = words.findIndex(isWholeToken)
  if (whole >= 0)
    rejectWords(
      words.filter((one, i) => (i > whole ? /\w/.test(one) : i < whole && isSecretLike(one))),
      [],
      'pass only the token',
    )
  if (word.trim() === '') throw new UsageError('Missing a token: the argument is empty')
  if (words.length === 1 && isFileName(word))
    throw new UsageError('Cannot read a token: is it a file? Use twilio-tokens inspect < FILE')
  return words.join(' ')
}

// Whether an argument is a line of a token that was broken into lines: base64url has a dash, so a line may begin with one. No
// option is that long, or has a capital or a digit.
function continuesToken(arg: string, before: readonly string[]): boolean {
  const isLine = /^(?=.{20}|.*[A-Z\d])[\w.-]+$/.test(arg)
  return isLine && before.some(isTokenLike) && !before.some(isWholeToken)
}

function isWholeToken(word: string): boolean {
  return /eyJ[\w-]*\.[\w-]+\.[\w-]{43}\W*$/.test(word)
}

function isTwoTokens(words: readonly string[]): boolean {
  return words.filter((word) => /eyJ[\w-]*\.[\w-]+\.[\w-]/.test(word)).length > 1
}

function toJson(examination: Examination): string {
  const { header, claims, contents, signatureCheck, findings } = examination
  const signature = {
    checked: signatureCheck.state !== 'unchecked',
    valid: signatureCheck.state === 'unchecked' ? null : signatureCheck.state === 'valid',
    signedWith: signatureCheck.signedWith ?? null,
  }
  return toEscapedJson({
    header: header ?? null,
    claims: claims ?? null,
    contents: contents ?? null,
    signature,
    findings,
  })
}
