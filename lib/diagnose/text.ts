// The pasted text: a token alone, a token inside something else, a part of one, or none at all.
//
// Every pattern here is linear in what it reads: none restarts inside what it has already read in vain.

import * as base64url from '../base64url.ts'
import { isObject, type Claims } from '../claims.ts'
import { maxTokenLength } from '../limits.ts'
import * as utf8 from '../utf8.ts'
import { decodeLoosely, decodePercent, toBase64url } from './encoding.ts'
import { error, warning, type Draft } from './finding.ts'
import { show } from './show.ts'
import type { ReadToken } from './subject.ts'

/** What a text contains. */
export interface Unwrapped {
  /** The token, or what is left of it; the text itself if it contains none. */
  token: string
  /** What the token is inside of, in words. Empty for a token alone. */
  wrappings: string[]
  /** Whether anything like a token was found. */
  isFound: boolean
  /** Whether an ellipsis stands for a part of the token. */
  isCut: boolean
}

/** A place in a text that looks like a token. */
interface Candidate {
  start: number
  end: number
  parts: string[]
}

/** A candidate with what follows it after white space, and where it ends. */
interface Joined {
  token: string
  end: number
  /** What the lines are joined at, if there are several. */
  joint: string
}

/** A token without what is right after it, which `after` describes. */
interface Trimmed {
  core: string
  isCut: boolean
  after: string[]
}

// Nobody wraps a token in more than a few layers by mistake.
const maxLayers = 3

// The characters of 32 bytes, and of the longer signatures of HS384 and HS512.
const signatureLength = 43
const wholeLengths: readonly number[] = [signatureLength, 64, 86]

const period = 'a period after it'
const textAfter = 'other text after it'
const severalTokens = 'several tokens, of which the first is judged'
const fixCut = 'Pass the whole token: three parts, separated by dots'
const fixOther =
  'Pass the token that your server generated: three parts of base64url, separated by dots'

/** Reads a text as a token, and judges the text. */
export function* readText(text: string): Generator<Draft, ReadToken | undefined> {
  if (text.length > maxTokenLength) {
    const detail = `the text has ${text.length} characters, but a token has at most ${maxTokenLength}`
    const fix = 'Put less into the token: it is sent with every request'
    yield error('text-long', '', detail, fix)
    return undefined
  }
  const { token, wrappings, isFound, isCut } = unwrap(text)
  if (!isFound && !/^[\w+/-]*={0,2}(\.[\w+/-]*={0,2}){2}$/.test(text)) {
    const [appearance, fix] = describe(text)
    yield error('text-other', '', `the text is not a token: it ${appearance}`, fix)
    return undefined
  }
  if (wrappings.length > 0) {
    const detail = `the token is inside something else: ${wrappings.join(', ')}`
    const fix = 'Pass the token by itself'
    yield error('text-wrapped', '', detail, fix)
  }
  if (isCut) {
    yield error('text-cut', '', 'the token was cut: there is an ellipsis in it', fixCut)
    return undefined
  }
  const parts = token.split('.')
  if (parts.length === 5) {
    const detail = 'the token has five parts: it is encrypted (JWE), as in Flex'
    yield error('text-encrypted', '', detail, 'Let Twilio check it')
    return undefined
  }
  if (parts.length > 3) {
    const detail = `the text is not a token: it has ${parts.length} parts`
    yield error('text-other', '', detail, fixOther)
    return undefined
  }
  return yield* readParts(parts)
}

/** Warns of members that appear twice: JSON.parse keeps the last of them. */
export function* checkDuplicates(json: ReadToken['json']): Generator<Draft> {
  for (const text of json) {
    for (const name of new Set(duplicates(text))) {
      const detail = `${show(name)} appears twice in one object, and parsers disagree about which value to use`
      yield warning('text-duplicate', '', detail, `Write ${show(name)} once`)
    }
  }
}

/** Finds the token in a text. */
export function unwrap(text: string): Unwrapped {
  // Nearly always it is all there is.
  const isAlone = /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text) && isJson(text)
  if (isAlone) return { token: text, wrappings: [], isFound: true, isCut: false }
  return unwrapLayer(text, maxLayers)
}

function unwrapLayer(text: string, layers: number): Unwrapped {
  const wrappings: string[] = []
  const plain = plainText(text, wrappings)
  const candidates = findCandidates(plain)
  const first = candidates.find(isComplete) ?? candidates[0]
  if (first === undefined) {
    const inner = layers > 0 ? unwrapBase64(plain, layers) : undefined
    return inner ?? { token: text, wrappings: [], isFound: false, isCut: false }
  }
  if (first.parts.length === 1 && layers > 0) {
    const inner = unwrapBase64(String(first.parts[0]), layers)
    if (inner !== undefined) return inner
  }
  const { token, end, joint } = joinParts(plain, first)
  const { core, isCut, after } = trimEnd(token)
  if (joint !== '' && !isCut) wrappings.push(`${joint} in it`)
  wrappings.push(...after)
  const [before, behind] = [plain.slice(0, first.start), plain.slice(end)]
  if (before !== '' || behind !== '') wrappings.push(...surroundings(before, behind))
  const isFirst = candidates.some((other) => other.start >= end && isComplete(other))
  if (isFirst) wrappings.push(severalTokens)
  return { token: core, wrappings, isFound: true, isCut }
}

// Removes what cannot be seen, and decodes what a URL or JSON has encoded.
function plainText(text: string, wrappings: string[]): string {
  const visible = withoutInvisible(text)
  if (visible !== text) wrappings.push('invisible characters')
  let plain = visible
  for (let i = 0; i < maxLayers; i++) {
    plain = plain.replace(/(%[0-9a-f]{2})+/gi, decodePercent)
  }
  if (plain !== visible) wrappings.push('percent-encoding')
  const unescaped = withoutInvisible(plain)
    .replace(
      /(\\+)(?:u00([2-7][0-9a-f]))?/gi,
      unescape((hex) => String.fromCharCode(parseInt(hex, 16))),
    )
    .replace(
      /(\\+)([nrt])?/g,
      unescape(() => ' '),
    )
    .replace(
      /(\\+)([/_.-])?/g, // in Markdown, the last three
      unescape((what) => what),
    )
  if (unescaped !== plain) wrappings.push('escapes of a string')
  return unescaped.replace(/\u2026/g, '...').replace(/[[(<]\s*(\.{3,})\s*[\])>]/g, '$1')
}

// Replaces what one to four backslashes escape, as in JSON within JSON. Each run of backslashes is read once, even if it
// escapes nothing. A lookbehind would be shorter, but Safari before 16.4 could not load the library then.
function unescape(replace: (what: string) => string) {
  return (escape: string, backslashes: string, what: string | undefined): string =>
    what === undefined || backslashes.length > 4 ? escape : replace(what)
}

function withoutInvisible(text: string): string {
  // The first are the colors of a terminal.
  return text.replace(/[^\P{Cc}\s]\[[\d;]*m|[\p{DI}\p{Cf}]|[^\P{Cc}\s]/gu, '')
}

// A header in JSON begins with a brace and a quotation mark, perhaps with white space between them.
function findCandidates(text: string): Candidate[] {
  const candidates: Candidate[] = []
  const run = /[\w+/-]*={0,2}(?:\.[\w+/-]*={0,2})*/y
  let end = 0
  for (const { index } of text.matchAll(/\be(?:y[IJ]|yA[Kgi]|w0K|w[ko][Jgi]|30)/g)) {
    if (index < end) continue
    run.lastIndex = index
    run.test(text)
    end = run.lastIndex
    candidates.push(extend(text, index, end))
  }
  return candidates
}

// The header may not be JSON, or have something right before it, so that only the claims were found.
function extend(text: string, found: number, end: number): Candidate {
  let start = found
  if (text[start - 1] === '.') {
    start--
    while (text[start - 1] === '=') start--
    while (/[\w+/-]/.test(text.charAt(start - 1))) start--
    // Not a byte order mark, which the header itself begins with.
    const word = /^(?!77u[/_])[\w+/-]+?(?=eyJ)/.exec(text.slice(start, found))
    if (word) start += word[0].length
    else while (text[start - 1] === '.') start--
  }
  return { start, end, parts: text.slice(start, end).split('.') }
}

function isComplete({ parts }: Candidate): boolean {
  return parts.length > 2 && parts.slice(0, 2).every(isJson)
}

// A token may be broken into lines: what follows is added until its signature is whole. Between the lines may be white space, or
// what mail, a shell or a program has there. Then the signature must have the length of one, because text may follow in its place.
function joinParts(text: string, { start, end, parts }: Candidate): Joined {
  const pieces = [text.slice(start, end)]
  const chunks = /([\s\\^`"'>|]+(?:\+[\s"'`]+)?)([\w+/=.-]+)/y
  chunks.lastIndex = end
  let [dots, last, next] = [parts.length - 1, lengthOf(parts[parts.length - 1]), end]
  let [isBlank, isQuoted] = [true, false]
  while (dots < 2 || last < signatureLength) {
    const [, between = '', chunk] = chunks.exec(text) ?? []
    if (chunk === undefined || (dots > 1 && isJson(chunk))) break
    if (between.trim() !== '') {
      if (!between.includes('\n')) break
      isBlank = false
    }
    const piece = String(pieces[pieces.length - 1])
    // Quoted-printable text ends a line with an equals sign, but before a dot, the first of them may be padding.
    const endsQuoted = /[^=]=$/.test(piece) && between.includes('\n')
    if (endsQuoted && (isQuoted || !chunk.startsWith('.'))) {
      pieces[pieces.length - 1] = piece.slice(0, -1)
      isQuoted = true
    }
    const more = chunk.split('.')
    pieces.push(chunk)
    dots += more.length - 1
    last = lengthOf(more[more.length - 1]) + (more.length === 1 ? last : 0)
    next = chunks.lastIndex
  }
  const isEnough = isBlank
    ? last >= signatureLength || parts.length < 3
    : wholeLengths.includes(last)
  return dots > 1 && isEnough && next > end
    ? {
        token: pieces.join(''),
        end: next,
        joint: isBlank && !isQuoted ? 'white space' : 'line breaks',
      }
    : { token: String(pieces[0]), end, joint: '' }
}

// Periods, an ellipsis or other text right after a token do not belong to it, unless the ellipsis stands for what was cut.
function trimEnd(token: string): Trimmed {
  let end = token.length
  while (token[end - 1] === '.') end--
  const core = token.slice(0, end)
  const dots = token.length - end
  const parts = core.split('.')
  const signature = String(parts[2])
  if (core.includes('...') || (dots > 2 && !isWholeLength(signature)))
    return { core, isCut: true, after: [] }
  const isToken = isJson(String(parts[0])) && isJson(String(parts[1]))
  // Another token or a path may follow without a space.
  const whole = /^[\w-]{43}(?=[+/]|e(?:y[AIJ]|w[0ko]))/.exec(signature)?.[0]
  if (isToken && whole !== undefined && !isWholeLength(signature)) {
    const core = [parts[0], parts[1], whole].join('.')
    const after = isJson(signature.slice(whole.length)) ? severalTokens : textAfter
    return { core, isCut: false, after: [after] }
  }
  if (isToken && parts.length > 3 && signature.length === signatureLength) {
    const after = isJson(String(parts[3])) ? severalTokens : textAfter
    return { core: parts.slice(0, 3).join('.'), isCut: false, after: [after] }
  }
  if (dots === 0 || parts.length === 1) return { core: token, isCut: false, after: [] }
  // The dot before an empty signature belongs to the token.
  if (parts.length === 2) return { core: `${core}.`, isCut: false, after: dots > 1 ? [period] : [] }
  return { core, isCut: false, after: [dots > 2 ? 'an ellipsis after it' : period] }
}

function isWholeLength(signature: string): boolean {
  return wholeLengths.includes(lengthOf(signature))
}

// Without padding, which may also be the end of a line of quoted-printable text.
function lengthOf(part = ''): number {
  return toBase64url(part).length
}

// What is around a token, in words that show none of it.
function surroundings(before: string, behind: string): string[] {
  const start = before.slice(-80)
  const found = [
    /bearer\W*$/i.test(start) && 'Bearer before it',
    /\bb["']$/.test(start) && "a bytes literal of Python, b'…'",
    (/["'`\u2018-\u201f\u00ab]$/.test(start) || /^["'`\u2018-\u201f\u00bb]/.test(behind)) &&
      'quotes around it',
    /[[{]\s*["'{]/.test(before) && 'JSON around it',
    before.includes('://') && 'a URL around it',
    /=\W*$/.test(start) && 'a name before it, as in a query',
    /:\s*(bearer)?\W*$/i.test(start) && 'a name before it, as in a header line',
    /^\s*</.test(before) && 'HTML or XML around it',
    (before + behind).trim() === '' && 'white space around it',
  ].filter((words) => words !== false)
  return found.length > 0 ? found : ['other text around it']
}

// No token has / in base64, but a path has.
function unwrapBase64(text: string, layers: number): Unwrapped | undefined {
  for (const source of new Set([text, text.replace(/\s/g, '')])) {
    for (const [run] of source.matchAll(/[\w+-]{40,}={0,2}/g)) {
      const inner = unwrapLayer(decodeText(run), layers - 1)
      if (inner.isFound && inner.token.split('.').length > 2)
        return { ...inner, wrappings: ['base64 once more', ...inner.wrappings] }
    }
  }
  return undefined
}

function* readParts(parts: readonly string[]): Generator<Draft, ReadToken | undefined> {
  const [header = '', claims = '', signature] = parts
  if (signature === undefined) {
    const detail = `the token has ${parts.length === 1 ? 'one part' : 'two parts'} instead of three, so it was cut`
    yield error('text-cut', '', detail, fixCut)
    return undefined
  }
  const objects = []
  for (const [name, part] of [
    ['the header is', header],
    ['the claims are', claims],
  ] as const) {
    const object = readObject(part)
    if (object === 'cut') {
      yield error('text-cut', '', `${name} cut: the JSON or base64 ends early`, fixCut)
      return undefined
    }
    if (object === 'other') {
      const detail = `${name} not a JSON object in UTF-8 without a byte order mark`
      yield error('text-json', '', detail, 'Encode one JSON object in UTF-8 as base64url')
      return undefined
    }
    objects.push(object)
  }
  if (/[+/=]/.test(parts.join())) {
    const detail = 'a part of the token is ordinary base64: it has +, / or the padding ='
    yield error(
      'text-base64',
      '',
      detail,
      'Encode each part as base64url: - for +, _ for /, and no padding',
    )
  }
  const [first, second] = objects
  return (
    first &&
    second && {
      header: first.value,
      claims: second.value,
      json: [first.json, second.json],
      parts: [header, claims, signature],
    }
  )
}

function readObject(part: string): { value: Claims; json: string } | 'cut' | 'other' {
  const text = toBase64url(part)
  let bytes
  try {
    bytes = base64url.decode(text)
  } catch {
    return /^[\w-]*$/.test(text) ? 'cut' : 'other'
  }
  const json = decodeUtf8(bytes)
  if (json === undefined) return 'other'
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return json === '' || (json.startsWith('{') && endsEarly(json)) ? 'cut' : 'other'
  }
  return isObject(value) ? { value, json } : 'other'
}

// A byte order mark is kept, which JSON.parse then rejects. As a stream, the last character may be cut.
function decodeUtf8(bytes: Uint8Array<ArrayBuffer>): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    // Not UTF-8, or cut.
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
  } catch {
    return undefined
  }
}

// Whether the object is still open at the end of what should be its JSON.
function endsEarly(json: string): boolean {
  let depth = 0
  for (const [match] of json.matchAll(/"[^"\\]*(?:\\[^][^"\\]*)*"?|[{}]/g)) {
    if (match === '{') depth++
    if (match === '}') depth--
  }
  return depth > 0
}

// In what is already JSON, only quotes and braces can follow.
function* duplicates(json: string): Generator<string> {
  const seen = new Set<string>() // names, each after the number of its object
  const outer: number[] = []
  let [object, count] = [0, 0]
  for (const [match, string = '', colon] of json.matchAll(
    /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}]/g,
  )) {
    if (match === '{') {
      outer.push(object)
      object = ++count
    } else if (match === '}') {
      object = Number(outer.pop())
    } else if (colon !== undefined) {
      const name = String(JSON.parse(string)) // so that two spellings of one name are one
      if (seen.has(`${object} ${name}`)) yield name
      seen.add(`${object} ${name}`)
    }
  }
}

// Whether a part begins as a JSON object does: a brace, perhaps white space, and a quotation mark or another brace.
function isJson(part: string): boolean {
  return /^e(?:y[IJ]|yA[Kgi]|w0K|w[ko][Jgi]|30)/.test(part)
}

function decodeText(part: string): string {
  return new TextDecoder().decode(decodeLoosely(part))
}

// What a text looks like that contains no token, and what to do about it. A secret may be among them, so nothing is shown.
function describe(text: string): [appearance: string, fix: string] {
  const bare = withoutInvisible(text)
    .trim()
    .replace(/^bearer\b\s*/i, '')
    .replace(/^["'`]/, '')
    .replace(/["'`]$/, '')
    .trim()
  if (bare === '') return ['is empty', fixOther]
  if (/^(undefined|null|nan|none|nil|true|false)$/i.test(bare)) {
    return [`is the word ${bare}`, 'Check that the variable is set']
  }
  if (
    /^(\[object Promise\]|Promise\b|<coroutine\b|System\.Threading\.Tasks|Instance of 'Future|<Future|[\w.$]*Future@)/.test(
      bare,
    )
  ) {
    return ['is a promise: await it', 'Pass what it resolves to']
  }
  if (
    /^(\[object \w+\]|<[\w.]+ object at |#<|\w+ \{|function\b|[\w.$]*(Token|Capability)\w*@)/.test(
      bare,
    )
  ) {
    return ['is a printed object', 'Pass the string that generate(), toJwt() or to_jwt() returns']
  }
  if (/^[A-Z]{2}[0-9a-f]{32}$/i.test(bare)) return ['looks like a SID', fixOther]
  if (/^[0-9a-z]{32}$/i.test(bare)) {
    const appearance = 'looks like an auth token or an API key secret'
    return [appearance, fixOther]
  }
  if (/^[[{]/.test(bare)) return ['is JSON without a token', fixOther]
  if (bare.startsWith('<')) {
    return ['is HTML or XML', 'Check the URL that should return the token']
  }
  return [`is a text of ${text.length} characters`, fixOther]
}
