// `twilio-tokens webhook`: signs a webhook as Twilio does, so that you can try a handler without Twilio, or checks a signature.

import { signWebhook, verifyWebhook, WebhookError } from '../../index.ts'
import { escapeText } from '../../report/escape.ts'
import { parseArguments, UsageError } from '../arguments.ts'
import { createPaint } from '../color.ts'
import type { Command, Terminal } from '../command.ts'
import { parsePairs, requireVariables, withSources } from '../options.ts'
import { rejectWords } from '../words.ts'

const kinds = {
  param: 'list',
  body: 'value',
  'content-type': 'value',
  curl: 'flag',
  check: 'value',
} as const

const maxSize = 1_048_576 // bytes: the library reads no more

export const webhook: Command = {
  options: kinds,

  help: `Usage: twilio-tokens webhook URL [options]

Prints the signature of a webhook, as Twilio sends it in X-Twilio-Signature. Write
URL as it is set at Twilio. TWILIO_AUTH_TOKEN signs it. Nothing is sent anywhere.

  --param NAME=VALUE    a parameter of the form; can be repeated
  --body FILE           a body that is not a form, such as JSON; - reads standard
                        input. URL gets its hash, bodySHA256, as Twilio adds it.
  --content-type TYPE   the media type of the body; defaults to application/json
  --curl                print a command that posts the webhook, for sh
  --check SIGNATURE     check a signature instead, and explain why it is wrong
  --env-file FILE       read variables from a .env file

Without --param and --body, the webhook is a GET, whose parameters are in URL.

Exit status: 0 if the webhook is signed or its signature is right, 1 if it is
wrong, 2 for incorrect usage.

Example:
  twilio-tokens webhook http://127.0.0.1:8080/voice --param To=sales --curl | sh
`,

  async run(args, environment, terminal) {
    const { options, words } = parseArguments(args, kinds)
    const { param, body: file, 'content-type': type, curl, check } = options
    const urls = words.filter((word) => /^[a-z]+:\/\//i.test(word))
    const [url, ...more] = urls
    rejectWords(
      words.filter((word) => !urls.includes(word)),
      Object.keys(kinds),
      'pass only a URL, which begins with https://',
    )
    if (url === undefined)
      throw new UsageError('Missing URL: where Twilio sends the webhook, with https://')
    if (more.length > 0) throw new UsageError('Unexpected argument: pass one URL')
    if (param && file !== undefined)
      throw new UsageError('Cannot use --param with --body: a form has no other body')
    if (type !== undefined && file === undefined)
      throw new UsageError('Cannot use --content-type without --body')
    if (curl && check !== undefined)
      throw new UsageError('Cannot use --curl with --check: a signature is printed or checked')
    if (curl && /^ws/i.test(url))
      throw new UsageError('Cannot use --curl with a WebSocket: its handshake needs more than that')
    if (curl && file !== undefined && escapeText(file) !== file)
      throw new UsageError(
        'Cannot use --body with --curl: the name of the file has a character that is not printable',
      )

    const { username, password, search, href } = parseUrl(url)
    const headers = new Headers()
    if (file !== undefined)
      headers.set('content-type', headerValue('--content-type', type ?? 'application/json'))
    if (check !== undefined) headers.set('x-twilio-signature', headerValue('--check', check))
    const form = param && new URLSearchParams(parsePairs(param))
    const { authToken } = requireVariables(environment, ['authToken'])
    const bytes = file === undefined ? undefined : await readBody(file, terminal)
    const content = form ?? bytes
    // A Request has no credentials and no WebSocket: the option has the URL as it was typed.
    const request = new Request(plainHref(href), {
      method: content === undefined ? 'GET' : 'POST',
      headers,
      body: content ?? null,
    })

    return withSources({ url: 'URL', authToken: authToken.name }, async () => {
      if (check === undefined) {
        const signed = await signWebhook(request, authToken.value, { url })
        const sent = Object.assign(new URL(signed.url), { username, password })
        if (curl)
          return {
            status: 0,
            stdout: curlCommand(sent.href, signed.headers, form, file),
            stderr: '',
          }
        const stdout = `${String(signed.headers.get('x-twilio-signature'))}\n`
        const isLonger = sent.search !== search
        const stderr = isLonger ? `Send it to the URL with the hash: ${sent.href}\n` : ''
        return { status: 0, stdout, stderr }
      }
      const paint = createPaint(terminal.isTTY.stdout, environment)
      try {
        await verifyWebhook(request, authToken.value, { url })
        return { status: 0, stdout: `${paint('green', 'The signature is right')}\n`, stderr: '' }
      } catch (error) {
        if (!(error instanceof WebhookError)) throw error
        const { message, code, reason = code } = error
        return {
          status: 1,
          stdout: `${paint('red', reason)}: ${escapeText(message)}\n`,
          stderr: '',
        }
      }
    })
  },
}

function parseUrl(text: string): URL {
  if (URL.canParse(text)) {
    const url = new URL(text)
    if (/^(https?|wss?):$/.test(url.protocol)) return url
  }
  throw new UsageError('Cannot use URL: it must be a URL with http, https, ws or wss')
}

function plainHref(href: string): string {
  const plain = Object.assign(new URL(href), { username: '', password: '', hash: '' })
  return plain.href.replace(/^ws/, 'http')
}

// What a header cannot have would be an error without words, and what is not printable would control the terminal.
function headerValue(option: string, value: string): string {
  if (/^[ -~]+$/.test(value)) return value
  throw new UsageError(`Cannot use ${option}: it must be printable ASCII`)
}

async function readBody(file: string, terminal: Terminal): Promise<Uint8Array<ArrayBuffer>> {
  let bytes: Uint8Array<ArrayBuffer>
  try {
    bytes = await terminal.readBytes(file)
  } catch (error) {
    const { code } = error as { code?: unknown }
    throw new UsageError(
      `Cannot read the file of --body${code === 'ENOENT' ? ': there is no such file' : ''}`,
      { cause: error },
    )
  }
  if (bytes.length > maxSize)
    throw new UsageError(`Cannot use --body: it must have at most ${maxSize} bytes`)
  return bytes
}

function curlCommand(
  href: string,
  headers: Headers,
  form: URLSearchParams | undefined,
  file: string | undefined,
): string {
  const words = ['curl']
  if (/[[\]{}]/.test(href)) words.push('--globoff') // or curl takes them for patterns
  words.push(quote(href))
  for (const [name, value] of headers) words.push('--header', quote(`${name}: ${value}`))
  if (form) words.push('--data', quote(String(form)))
  else if (file !== undefined) words.push('--data-binary', quote(`@${file}`))
  return `${words.join(' ')}\n`
}

// A POSIX shell leaves everything between single quotes alone.
function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
