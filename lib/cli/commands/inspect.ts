// `twilio-tokens inspect`: says what a token holds, and what Twilio would say of it.

import { parseArgs } from 'node:util'
import { diagnose, inspect as read, type Finding, type TokenContents } from '../../index.ts'
import { escapeText, toEscapedJson } from '../../report/escape.ts'
import { createPaint, type Paint } from '../color.ts'
import { rejectPositionals, type Command } from '../command.ts'
import { contentLines } from '../print.ts'
import { checkSignature } from '../signature.ts'

export const inspect: Command = {
  help: `Usage: twilio-tokens inspect [TOKEN] [--json]

Says what a token holds, when it expires, and what Twilio would say of it. Without TOKEN, or with -, it is read from standard input.
The signature is checked where the environment has the secret: TWILIO_AUTH_TOKEN, or for an access token TWILIO_API_SECRET.
The exit status is 0 for a sound token, 1 for one that Twilio would refuse.

  --json   prints { contents, findings }, contents being null where they cannot be read

Example:
  twilio-tokens capability --incoming Alice | twilio-tokens inspect
`,

  async run(args, environment, terminal) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { json: { type: 'boolean' } },
    })
    rejectPositionals(positionals, 1)
    const [given] = positionals
    if (given === undefined && terminal.isTTY.stdin)
      throw new TypeError('Name a token, or send one to standard input')
    const token = (given === undefined || given === '-' ? await terminal.readInput() : given).trim()
    if (token === '') throw new TypeError('Name a token: this one is empty')

    const now = Math.floor(Date.now() / 1000)
    const contents = contentsOf(token)
    const signature = await checkSignature(token, contents?.kind, environment)
    const { secret, verdict } = signature
    const found = await diagnose(token, { now, ...(secret !== undefined && { secret }) })
    const findings = [...signature.findings, ...found]
    const stdout = values.json
      ? `${json(contents, findings)}\n`
      : report(contents, findings, verdict, now, createPaint(terminal.isTTY.stdout, environment))
    return {
      status: findings.some(({ severity }) => severity === 'error') ? 1 : 0,
      stdout,
      stderr: '',
    }
  },
}

function contentsOf(token: string): TokenContents | undefined {
  try {
    return read(token)
  } catch {
    return undefined // the findings say why
  }
}

function json(contents: TokenContents | undefined, findings: readonly Finding[]): string {
  try {
    return toEscapedJson({ contents: contents ?? null, findings })
  } catch {
    return toEscapedJson({ contents: null, findings }) // they are nested deeper than a stack can follow
  }
}

function report(
  contents: TokenContents | undefined,
  findings: readonly Finding[],
  verdict: string,
  now: number,
  paint: Paint,
): string {
  const shown =
    contents === undefined
      ? [paint('bold', 'no token that can be read')]
      : [...contentLines(contents, now, paint), verdict]
  const found = findings.flatMap(({ severity, code, title, detail, fix }) => [
    `${paint(severity === 'error' ? 'red' : 'yellow', `${severity} ${code}`)}: ${title}`,
    escapeText(`  ${detail}`),
    escapeText(`  ${fix}`),
  ])
  return [
    ...shown,
    '',
    ...(found.length > 0 ? found : [paint('green', 'nothing to find fault with')]),
    '',
  ].join('\n')
}
