// Who has signed a token: RFC 7515 section 5.2. If no given secret has, causes are tried one at a time. None is reported without an
// HMAC that matches.

import * as base64url from '../base64url.ts'
import { own, type Claims } from '../claims.ts'
import * as hmac from '../hmac.ts'
import { isReadableSid } from '../names.ts'
import * as utf8 from '../utf8.ts'
import { decodeLoosely, decodePercent, toBase64, toBase64url } from './encoding.ts'
import { error, type Draft } from './finding.ts'
import type { ReadToken, Subject } from './subject.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** Another key, and what it is, as a clause that shows none of it. */
interface Form {
  key: Bytes
  detail: string
  fix: string
}

/** Something that may have been done instead of what is right, to be proven by one HMAC. */
interface Cause {
  key: CryptoKey | Bytes
  input: string
  hash?: hmac.Hash
  /** Omitted if there is nothing to report that is not reported already. */
  draft?: Draft
}

const place = '/signature'
const length = 32
const maxHmacs = 64
const maxFormLength = 1024
const maxSids = 8

// The bytes of a signature under other algorithms. RSA's have between 128 and 512.
const otherLengths: Readonly<Record<string, number>> = {
  none: 0,
  HS384: 48,
  HS512: 64,
  ES256: 64,
  ES384: 96,
  ES512: 132,
  EdDSA: 64,
}

const fixSecret = {
  capability: 'the auth token of the account in iss',
  taskrouter: 'the auth token of the account in iss',
  access: 'the secret of the API key in iss',
}

/** Judges the third part; with secrets, finds out who has signed the token, or what went wrong. */
export async function checkSignature(
  subject: Subject,
  token: ReadToken,
  secrets: readonly string[] | undefined,
): Promise<Draft | undefined> {
  const { kind, header } = subject
  if (kind === 'validation' || kind === 'unknown') return undefined
  const [, , part] = token.parts
  const bytes = decode(part)
  if (bytes !== undefined && isPromised(own(header, 'alg'), bytes.length)) return undefined
  const isWhole = bytes?.length === length
  const malformed = error(
    'signature-length',
    place,
    `the signature has ${part.length} characters ${bytes === undefined ? 'and is not base64url' : `for ${bytes.length} bytes`}, but it must be base64url of 32 bytes`,
    'Pass the whole token, signed with HMAC-SHA256',
  )
  if (secrets === undefined) return isWhole ? undefined : malformed
  const right = `Sign with ${fixSecret[kind]}`
  const signature = isWhole ? bytes : decodeTwice(part, bytes)
  const signer = signature && (await findSigner(token, signature, secrets))
  if (signer !== undefined) {
    if (isWhole) return flawOf(signer, subject, token, right)
    const detail = 'the signature is right, but in hexadecimal or encoded twice'
    const fix = 'Encode the 32 bytes of the HMAC as base64url'
    return error('signature-encoding', place, detail, fix)
  }
  const causes = isWhole
    ? causesOf(subject, token, secrets, right)
    : hashCauses(token, bytes?.length, secrets)
  const cause = bytes && (await prove(causes, bytes))
  if (cause !== undefined) return cause.draft
  if (!isWhole) return malformed
  const detail = 'no secret that was given has signed the token, in any known form'
  const fix = `${right}, and change nothing afterwards`
  return error('signature-wrong', place, detail, fix)
}

// Whether a signature is as long as its algorithm makes it: then the algorithm is the mistake.
function isPromised(alg: unknown, length: number): boolean {
  if (typeof alg !== 'string') return false
  return /^[RP]S(256|384|512)$/.test(alg)
    ? length >= 128 && length <= 512
    : own(otherLengths, alg) === length
}

async function findSigner(
  { parts }: ReadToken,
  signature: Bytes,
  secrets: readonly string[],
): Promise<string | undefined> {
  const input = utf8.encode(`${parts[0]}.${parts[1]}`)
  for (const secret of secrets) {
    if (await hmac.verify(await hmac.keyOf(secret || '\0'), signature, input)) return secret
  }
  return undefined
}

// A secret has signed the token, but it cannot be the one that Twilio knows.
function flawOf(
  secret: string,
  { claims }: Subject,
  { json }: ReadToken,
  right: string,
): Draft | undefined {
  const flaw = unsetWords.includes(secret)
    ? 'the text of a secret that was never set'
    : secret !== secret.trim() || quoted.test(secret)
      ? 'the given secret, but it has white space or quotes around it'
      : sidsOf(claims, json).includes(secret)
        ? 'a SID, which is not a secret'
        : undefined
  return flaw === undefined ? undefined : signedWith(flaw, right)
}

function signedWith(what: string, fix: string): Draft {
  return error('signature-secret', place, `the token was signed with ${what}`, fix)
}

async function prove(
  causes: AsyncIterable<Cause> | Iterable<Cause>,
  signature: Bytes,
): Promise<Cause | undefined> {
  let count = 0
  for await (const cause of causes) {
    if (count++ === maxHmacs) break
    const key =
      cause.key instanceof Uint8Array ? await hmac.importKey(cause.key, cause.hash) : cause.key
    if (await hmac.verify(key, signature, utf8.encode(cause.input))) return cause
  }
  return undefined
}

// Longer hashes make longer signatures. With one of any other length, no HMAC can match.
function* hashCauses(
  { parts }: ReadToken,
  length: number | undefined,
  secrets: readonly string[],
): Generator<Cause> {
  const hash = length === 48 ? 'SHA-384' : 'SHA-512'
  const detail = `the token was signed with ${hash}, although alg is HS256`
  const draft = error('signature-algorithm', place, detail, 'Sign with HMAC-SHA256')
  for (const secret of secrets) {
    yield { key: keyOf(secret), input: `${parts[0]}.${parts[1]}`, hash, draft }
  }
}

// The most likely ones first, because their number is limited.
async function* causesOf(
  { claims }: Subject,
  token: ReadToken,
  secrets: readonly string[],
  right: string,
): AsyncGenerator<Cause> {
  const input = `${token.parts[0]}.${token.parts[1]}`
  const short = secrets.filter((secret) => secret.length <= maxFormLength)
  const forms = short.map((secret) => distinct(secret, formsOf(secret)))
  const likely = 8
  const toCause = ({ key, detail, fix }: Form): Cause => ({
    key,
    input,
    draft: signedWith(detail, fix),
  })
  yield* inTurns(forms.map((all) => all.slice(0, likely))).map(toCause)
  const unset = unsetWords.map((word): Cause => {
    const detail = `${word === '' ? 'an empty secret' : `the text ${word}`}: the secret was never set`
    return { key: keyOf(word), input, draft: signedWith(detail, `Set the secret. ${right}`) }
  })
  yield* unset
  const [inputs, extra] = [inputsOf(token), sidsOf(claims, token.json)]
  for (const secret of secrets) {
    const key = await hmac.importKey(keyOf(secret))
    yield* inputs.map((other): Cause => ({ key, ...other }))
  }
  yield* extra.map((sid): Cause => {
    const draft = signedWith('a SID, which is not a secret', right)
    return { key: keyOf(sid), input, draft }
  })
  yield* inTurns(forms.map((all) => all.slice(likely))).map(toCause)
}

// What else may have been signed with the right key.
function inputsOf({ parts, json }: ReadToken): Omit<Cause, 'key'>[] {
  const [header, claims] = [toBase64url(parts[0]), toBase64url(parts[1])]
  const inputs: [what: string, input: string][] = [
    ['', `${header}.${claims}`], // changed after it was signed, which is reported already
    ['header and claims with padding', `${pad(header)}.${pad(claims)}`],
    ['header and claims in ordinary base64', `${toBase64(header)}.${toBase64(claims)}`],
    ['header and claims in ordinary base64', toBase64(`${header}.${claims}`).replace(/=/g, '')],
    ['the claims with padding', `${header}.${pad(claims)}`],
    ['the header with padding', `${pad(header)}.${claims}`],
    ['the JSON of header and claims', json.join('.')],
    ['only the claims', claims],
  ]
  const fix = 'Sign header and claims in base64url without padding, with a dot between them'
  const seen = new Set([`${parts[0]}.${parts[1]}`])
  return inputs
    .filter(([, input]) => !seen.has(input) && seen.add(input))
    .map(([what, input]) => {
      const detail = `the given secret has signed ${what}`
      return what === ''
        ? { input }
        : { input, draft: error('signature-input', place, detail, fix) }
    })
}

type WhiteSpace = readonly [text: string, name: string]

// The most likely first.
const whiteSpace: readonly WhiteSpace[] = [
  ['\n', 'a line feed'],
  ['\r\n', 'a carriage return and a line feed'],
  [' ', 'a space'],
  ['\t', 'a tab'],
  ['\r', 'a carriage return'],
]

const unsetWords: readonly string[] = ['undefined', 'null', '']

// Other forms of a secret, the most likely first.
function formsOf(given: string): Form[] {
  const forms = cleanForms(given)
  const bare = forms[forms.length - 1]?.text ?? given
  return [
    ...forms.map(({ text, what }) =>
      form(text, `the given secret without ${what}`, 'Pass the secret by itself'),
    ),
    ...whiteSpace.slice(0, 3).map((space) => spacedForm(given, space, 'after')),
    ...decodedForms(bare),
    ...whiteSpace.map((space) => spacedForm(given, space, 'before')),
    ...whiteSpace.map((space) => spacedForm(given, space, 'after')), // each key is tried once
    form(`\ufeff${given}`, 'the given secret with a byte order mark before it', fixRead),
    ...['"', "'", '`'].map((quote) =>
      form(`${quote}${given}${quote}`, 'the given secret with quotes around it', fixRead),
    ),
    ...encodedForms(bare),
    ...[bare.toLowerCase(), bare.toUpperCase()].map((text) =>
      form(text, 'the given secret in another letter case', 'Copy the secret again'),
    ),
    ...[`\u201c${given}\u201d`, `\u2018${given}\u2019`].map((text) =>
      form(text, 'the given secret with quotes around it', fixRead),
    ),
  ]
}

// Also the quotation marks that word processors and chats make of them.
const quoted = /^["'`\u2018-\u201f\u00ab](.*)["'`\u2018-\u201f\u00bb]$/s

const fixRead = 'Remove it where the server reads its secret'

function spacedForm(given: string, [space, name]: WhiteSpace, where: 'before' | 'after'): Form {
  const text = where === 'before' ? space + given : given + space
  return form(text, `the given secret with ${name} ${where} it`, fixRead)
}

// What may be around a secret that was given, taken off one layer at a time.
function cleanForms(given: string): { text: string; what: string }[] {
  type Layer = [what: string, take: (text: string) => string]
  const blank: Layer = ['the white space around it, such as a line feed', (text) => text.trim()]
  const quotes: Layer = ['the quotes around it', (text) => text.replace(quoted, '$1')]
  const layers: Layer[] = [
    ['the byte order mark before it', (text) => text.replace(/^\ufeff/, '')],
    blank,
    quotes,
    ['the name before it', (text) => text.replace(/^[\w$:. -]+=\s*(?=[^=\s])/, '')],
    quotes,
    blank,
  ]
  const forms = []
  let text = given
  for (const [what, take] of layers) {
    const taken = take(text)
    if (taken === '') continue
    forms.push({ text: taken, what })
    text = taken
  }
  return forms
}

function decodedForms(bare: string): Form[] {
  const forms = []
  const fix = 'Use the secret as it is, as text in UTF-8'
  const key = decodeLoosely(bare)
  if (key.length > 0) forms.push({ key, detail: 'the given secret, decoded from base64', fix })
  if (/^([0-9a-f]{2})+$/i.test(bare)) {
    forms.push({ key: fromHex(bare), detail: 'the given secret, decoded from hexadecimal', fix })
  }
  const fixPercent = 'Pass the decoded secret'
  forms.push(form(decodePercent(bare), 'the given secret, percent-decoded', fixPercent))
  return forms
}

function encodedForms(bare: string): Form[] {
  const text = base64url.encode(utf8.encode(bare))
  const ordinary = toBase64(text)
  const hex = Array.from(utf8.encode(bare), (byte) => byte.toString(16).padStart(2, '0')).join('')
  const fix = 'Use the secret as it is, as text in UTF-8'
  return [
    ...[ordinary, text].map((key) => form(key, 'the given secret, encoded as base64', fix)),
    ...[hex, hex.toUpperCase()].map((key) =>
      form(key, 'the given secret, encoded as hexadecimal', fix),
    ),
  ]
}

function form(text: string, detail: string, fix: string): Form {
  return { key: keyOf(text), detail, fix }
}

// Each key once, and none that was tried already.
function distinct(secret: string, forms: readonly Form[]): Form[] {
  const seen = new Set([keyOf(secret).join()])
  return forms.filter(({ key }) => !seen.has(key.join()) && seen.add(key.join()))
}

// The first of every list, then the second of every list: what is likely with one secret is as likely with another.
function inTurns<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map((list) => list.length))
  return Array.from({ length: longest }, (_, i) =>
    lists.flatMap((list) => list.slice(i, i + 1)),
  ).flat()
}

// SIDs in header and claims, those of the parties first. Short ones, as in test suites, are only found there.
function sidsOf(claims: Claims, json: ReadToken['json']): string[] {
  const parties = [own(claims, 'iss'), own(claims, 'sub')].filter(isSid)
  const others = Array.from(json.join().matchAll(/\b[A-Z]{2}[0-9a-fA-F]{32}\b/g), ([sid]) => sid)
  return [...new Set([...parties, ...others])].slice(0, maxSids)
}

function isSid(value: unknown): value is string {
  return isReadableSid(value)
}

// WebCrypto imports no empty key, but one of a single zero byte gives the same HMACs.
function keyOf(secret: string): Bytes {
  return utf8.encode(secret || '\0')
}

function decode(part: string): Bytes | undefined {
  try {
    return base64url.decode(toBase64url(part))
  } catch {
    return undefined
  }
}

// The signature under one layer more: hexadecimal, or the text of hexadecimal or base64 encoded once more.
function decodeTwice(part: string, bytes: Bytes | undefined): Bytes | undefined {
  if (/^[0-9a-f]{64}$/i.test(part)) return fromHex(part)
  const text = new TextDecoder().decode(bytes)
  if (/^[0-9a-f]{64}$/i.test(text)) return fromHex(text)
  return /^[\w+/-]{43}=?$/.test(text) ? decode(text) : undefined
}

function fromHex(text: string): Bytes {
  return Uint8Array.from(text.matchAll(/../g), ([byte]) => parseInt(byte, 16))
}

function pad(text: string): string {
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=')
}
