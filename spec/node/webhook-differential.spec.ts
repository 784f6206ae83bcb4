// The same webhooks judged by Twilio's own library for Node and by this one: both must say the same. `npm test` installs theirs, in
// a folder of its own. spec/vectors/webhook-disagree.json has what they do not agree on.

import fc from 'fast-check'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import process from 'node:process'
import { signWebhook, verifyWebhook } from 'twilio-tokens'
import { beforeAll, describe, expect, it } from 'vitest'
import { root } from '../runtimes/find.mjs'
import { formType, outcomeOf } from '../support/webhook.ts'

type Values = Record<string, string | string[]>

/** What is used of Twilio's library: its own types would have to be there for every run of tsc. */
interface Theirs {
  getExpectedTwilioSignature: (authToken: string, url: string, params: Values) => string
  validateRequest: (authToken: string, signature: string, url: string, params: Values) => boolean
  validateRequestWithBody: (
    authToken: string,
    signature: string,
    url: string,
    body: string,
  ) => boolean
}

const folder = join(root, 'spec/node/twilio')
const runs = process.env['ALL'] ? 50_000 : 2500 // of each of two kinds
const timeout = 1_800_000 // milliseconds, with ample room

const token = fc.stringMatching(/^[0-9a-f]{32}$/)
const word = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._~-]{0,8}$/)
const host = fc.stringMatching(/^[a-z][a-z0-9]{0,9}$/).map((name) => `${name}.example`)
// Theirs also accepts a query that Node's querystring has written anew, which Twilio is not known to sign.
const query = fc.uniqueArray(fc.tuple(word, word), { selector: ([name]) => name, maxLength: 3 })
const url = fc
  .record({
    scheme: fc.constantFrom('https', 'http'),
    host,
    port: fc.constantFrom('', '', ':8443', ':3000'),
    path: fc.array(word, { minLength: 1, maxLength: 3 }),
    query,
  })
  .map(({ scheme, host, port, path, query }) => {
    const search = query.map((pair) => pair.join('=')).join('&')
    return `${scheme}://${host}${port}/${path.join('/')}${search && `?${search}`}`
  })
const text = fc.oneof(
  word,
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
  fc.constantFrom('__proto__', 'constructor', '', '10', '9', '+15005550006'),
)
const pairs = fc.array(fc.tuple(text, text), { maxLength: 12 })

// How a request comes: as it was signed, or with one thing changed.
const changes = [
  'nothing',
  'signature',
  'path',
  'host',
  'scheme',
  'port',
  'value',
  'token',
] as const
const change = fc.constantFrom(...changes, 'nothing', 'nothing', 'nothing')

function valuesOf(form: URLSearchParams): Values {
  const values = Object.create(null) as Values
  for (const name of form.keys()) {
    const all = form.getAll(name)
    values[name] = all.length > 1 ? all : (all[0] ?? '')
  }
  return values
}

function changeUrl(url: string, what: (typeof changes)[number]): string {
  const changed = new URL(url)
  if (what === 'path') changed.pathname += 'x'
  if (what === 'host') changed.hostname = `x${changed.hostname}`
  if (what === 'scheme') changed.protocol = changed.protocol === 'https:' ? 'http:' : 'https:'
  if (what === 'port') changed.port = changed.port === '' ? '8080' : ''
  return changed.href
}

const changeSignature = (signature: string, what: (typeof changes)[number]) =>
  what === 'signature' ? signature.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')) : signature

describe.runIf(existsSync(join(folder, 'node_modules')))("Twilio's own library", () => {
  let theirs: Theirs
  beforeAll(() => {
    theirs = createRequire(join(folder, 'package.json'))('twilio') as Theirs
  })

  it('is the version 6.2.0', () => {
    const manifest = readFileSync(join(folder, 'node_modules/twilio/package.json'), 'utf8')
    expect(JSON.parse(manifest)).toHaveProperty('version', '6.2.0')
  })

  it('accepts the same forms, and signs them the same', { timeout }, async () => {
    const verdicts = { accepted: 0, rejected: 0 }
    await fc.assert(
      fc.asyncProperty(url, pairs, token, change, async (url, pairs, token, what) => {
        const form = new URLSearchParams(pairs)
        const headers = { 'content-type': formType }
        const init = { method: 'POST', headers, body: form.toString() }
        const signature = theirs.getExpectedTwilioSignature(token, url, valuesOf(form))
        const signed = await signWebhook(new Request(url, init), token)
        expect(signed.headers.get('x-twilio-signature')).toBe(signature)

        const came = new URLSearchParams(pairs)
        if (what === 'value') came.append('Admin', '1')
        const request = new Request(changeUrl(url, what), {
          ...init,
          headers: { ...headers, 'x-twilio-signature': changeSignature(signature, what) },
          body: came.toString(),
        })
        const key = what === 'token' ? `${token}0` : token
        const sent = request.headers.get('x-twilio-signature') ?? ''
        const isValid = theirs.validateRequest(key, sent, request.url, valuesOf(came))
        const outcome = await outcomeOf(verifyWebhook(request, key))
        expect(outcome === 'accepted').toBe(isValid)
        verdicts[isValid ? 'accepted' : 'rejected']++
      }),
      { numRuns: runs },
    )
    expect(verdicts.accepted).toBeGreaterThan(runs / 10)
    expect(verdicts.rejected).toBeGreaterThan(runs / 10)
  })

  it('accepts the same JSON', { timeout }, async () => {
    const verdicts = { accepted: 0, rejected: 0 }
    await fc.assert(
      fc.asyncProperty(url, fc.json(), token, change, async (url, body, token, what) => {
        const headers = { 'content-type': 'application/json' }
        const init = { method: 'POST', headers, body }
        const signed = await signWebhook(new Request(url, init), token)
        const signature = signed.headers.get('x-twilio-signature') ?? ''
        expect(signature).toBe(theirs.getExpectedTwilioSignature(token, signed.url, {}))

        const came = what === 'value' ? `${body} ` : body
        const request = new Request(changeUrl(signed.url, what), {
          ...init,
          headers: { ...headers, 'x-twilio-signature': changeSignature(signature, what) },
          body: came,
        })
        const key = what === 'token' ? `${token}0` : token
        const sent = request.headers.get('x-twilio-signature') ?? ''
        const isValid = theirs.validateRequestWithBody(key, sent, request.url, came)
        const outcome = await outcomeOf(verifyWebhook(request, key))
        expect(outcome === 'accepted').toBe(isValid)
        verdicts[isValid ? 'accepted' : 'rejected']++
      }),
      { numRuns: runs },
    )
    expect(verdicts.accepted).toBeGreaterThan(runs / 10)
    expect(verdicts.rejected).toBeGreaterThan(runs / 10)
  })
})
