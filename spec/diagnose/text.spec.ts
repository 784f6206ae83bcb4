import { describe, expect, it } from 'vitest'
import { encode, inputOf } from '../support/sign.ts'
import { claims, findingsIn, headers, keySecret, linesOf, tokenOf } from '../support/subjects.ts'

// Signed beforehand, because some runtimes have no crypto while modules load.
const signature = 'lUeMuyOS_Wgzo1AXbiiVLRFYIQ1zF-DvmcdchCmTjgM'
const [header, body] = [encode(headers.access), encode(claims.access)]
const token = `${header}.${body}.${signature}`
const another = `${inputOf(headers.capability, claims.capability)}.edGA7golcMNSbbA11XuyCsbcc2oiudouopKuzgyFvhs`
const broken = (every: number, text: string) =>
  token.replace(new RegExp(`.{${every}}`, 'g'), `$&${text}`)
const toOrdinary = (part: string) => {
  const ordinary = part.replaceAll('-', '+').replaceAll('_', '/')
  return ordinary.padEnd(Math.ceil(part.length / 4) * 4, '=')
}

/** Around a whole token: a sound one inside something else. */
const wrappings: [title: string, text: string, words: string][] = [
  ['Bearer before it', `Bearer ${token}`, 'Bearer'],
  ['bearer in lower case and two spaces', `bearer  ${token}`, 'Bearer'],
  ['Bearer without a space', `Bearer${token}`, 'Bearer'],
  ['Bearer with a plus', `Bearer+${token}`, 'Bearer'],
  ['double quotes', `"${token}"`, 'quotes'],
  ['typographic quotes', `“${token}”`, 'quotes'],
  ['escaped quotes', `\\"${token}\\"`, 'quotes'],
  ['Python bytes', `b'${token}'`, 'Python'],
  ['a header line', `X-Twilio-AccessToken: ${token}`, 'header line'],
  ['a header line of curl', `curl -H 'Authorization: Bearer ${token}' https://a.example`, 'Bearer'],
  ['a JSON response', JSON.stringify({ identity: 'ana', token }, null, 2), 'JSON'],
  ['JSON in JSON', JSON.stringify(JSON.stringify({ token })), 'quotes'],
  ['a list', JSON.stringify([token]), 'JSON'],
  ['a query', `https://a.example/?token=${token}&x=1`, 'URL'],
  ['a path', `https://a.example/${token}/rooms`, 'URL'],
  ['a variable', `TOKEN=${token}`, 'a name before it'],
  ['a cookie', `Cookie: token=${token}; Path=/`, 'a name before it'],
  ['XML', `<token>${token}</token>`, 'XML'],
  ['a Java Optional', `Optional[${token}]`, 'other text'],
  ['prose', `here it is: look ${token} please`, 'other text'],
  ['a comma', `${token},`, 'other text'],
  ['percent-encoded dots', token.replaceAll('.', '%2E'), 'percent-encoding'],
  ['percent-encoding, twice', token.replaceAll('.', '%252e'), 'percent-encoding'],
  ['percent-encoded quotes', `%22${token}%22`, 'quotes'],
  ['a percent-encoded no-break space', `%C2%A0${token}`, 'percent-encoding'],
  [
    'a percent-encoded zero-width space in it',
    `${token.slice(0, 99)}%E2%80%8B${token.slice(99)}`,
    'percent-encoding',
  ],
  ['percent-encoding that is malformed elsewhere', `t=${token}&q=100%ff%`, 'a name before it'],
  ['escapes of JSON', token.replaceAll('.', '\\u002E'), 'escapes'],
  ['a space before it', ` ${token}`, 'white space around it'],
  ['a line feed after it', `${token}\n`, 'white space around it'],
  ['a no-break space', `${token}\u00a0`, 'white space around it'],
  ['lines of 64 characters', broken(64, '\n'), 'white space in it'],
  ['lines of 76 characters, indented', broken(76, '\r\n  '), 'white space in it'],
  ['lines as escapes', broken(64, '\\n'), 'white space in it'],
  ['a line feed in the header', `${token.slice(0, 20)}\n${token.slice(20)}`, 'white space in it'],
  ['spaces around its dots', token.replaceAll('.', ' . '), 'white space in it'],
  ['a space in the signature', `${token.slice(0, -9)} ${token.slice(-9)}`, 'white space in it'],
  ['a zero-width space in it', `${token.slice(0, 99)}\u200b${token.slice(99)}`, 'invisible'],
  ['a byte order mark before it', `\ufeff${token}`, 'invisible'],
  ['a word joiner after it', `${token}\u2060`, 'invisible'],
  ['UTF-16', Array.from(token, (letter) => `${letter}\0`).join(''), 'invisible'],
  ['a period', `${token}.`, 'a period after it'],
  ['two periods', `${token}..`, 'a period after it'],
  ['an ellipsis', `${token}...`, 'an ellipsis after it'],
  ['an ellipsis as one character', `${token}…`, 'an ellipsis after it'],
  ['a fourth part', `${token}.Thanks`, 'other text after it'],
  ['base64', btoa(token), 'base64 once more'],
  ['base64url', encode(token), 'base64 once more'],
  ['base64 in lines', btoa(token).replace(/.{76}/g, '$&\n'), 'base64 once more'],
  ['base64 of JSON', btoa(JSON.stringify({ token })), 'base64 once more'],
  ['base64, twice', btoa(btoa(token)), 'base64 once more'],
  ['base64 in a path', `https://a.example/call/${btoa(token)}`, 'base64 once more'],
  ['basic authentication', `Basic ${btoa(`user:${token}`)}`, 'base64 once more'],
  ['a word with an underscore before it', `jwt_${token}`, 'other text'],
  ['a word with a digit before it', `token1${token}`, 'other text'],
  ['a word with a hyphen before it', `token-${token}`, 'other text'],
  ['a control character and a bracket', `\0[${token}]`, 'invisible'],
  ['the colors of a terminal', `\x1b[33m${token}\x1b[0m`, 'invisible'],
  ['mail that was quoted', broken(70, '\n> '), 'line breaks in it'],
  ['mail that was quoted twice', broken(70, '\r\n>> '), 'line breaks in it'],
  ['quoted-printable text', broken(75, '=\r\n'), 'line breaks in it'],
  ['a command of a shell', broken(70, '\\\n'), 'line breaks in it'],
  ['a command of cmd', broken(70, '^\n'), 'line breaks in it'],
  ['a command of PowerShell', broken(70, '`\n'), 'line breaks in it'],
  ['strings of JavaScript', `'${broken(70, "' +\n  '")}'`, 'line breaks in it'],
  ['strings of Python', `"${broken(70, '"\n  "')}"`, 'line breaks in it'],
  ['escapes of Markdown', token.replace(/[_.-]/g, '\\$&'), 'escapes'],
  ['another token after it', `${token} ${another}`, 'the first'],
  ['another token behind a period', `${token}.${another}`, 'the first'],
  ['itself once more', token + token, 'the first'],
  ['itself after a dot', `${token}.${token}`, 'the first'],
]

const cut: [title: string, text: string][] = [
  ['one part', header],
  ['one part and a dot', `${header}.`],
  ['two parts', `${header}.${body}`],
  ['an ellipsis at its end', `${token.slice(0, 99)}...`],
  ['an ellipsis after part of the signature', `${token.slice(0, -9)}...`],
  ['an ellipsis for the claims', `${header}...${signature}`],
  ['an ellipsis as one character', `${token.slice(0, 20)}…`],
  ['an ellipsis at its start', `...${token.slice(9)}`],
  ['an ellipsis in brackets', `${token.slice(0, 20)}[...]${signature}`],
  ['an ellipsis between spaces', `${token.slice(0, 20)} ... ${signature}`],
  ['no claims', `${header}..${signature}`],
  ['no header', `.${body}.${signature}`],
  [
    'claims whose JSON ends early',
    `${header}.${encode(JSON.stringify(claims.access).slice(0, -9))}.${signature}`,
  ],
  ['claims that end in a string', `${header}.${encode('{"a":"b\\')}.${signature}`],
  ['claims that end in a list', `${header}.${encode('{"a":[1')}.${signature}`],
  ['a header that lost a character', `${header.slice(0, -1)}.${body}.${signature}`],
  ['claims of one character too many', `${header}.${encode({ abc: 1 })}a.${signature}`],
  ['claims with bits left', `${header}.${encode({ a: 1 }).slice(0, -1)}R.${signature}`],
]

const notJson: [title: string, header: string, claims: string][] = [
  ['a header that is a word', encode('HS256'), body],
  ['a header encoded twice', encode(header), body],
  ['claims that are a list', header, encode([1])],
  ['claims that are null', header, encode('null')],
  [
    'claims that are a string of JSON',
    header,
    encode(JSON.stringify(JSON.stringify(claims.access))),
  ],
  ['claims with a byte order mark', header, encode(`\ufeff${JSON.stringify(claims.access)}`)],
  ['claims in Latin-1', header, encode(Uint8Array.from('{"a":"é"}', (unit) => unit.charCodeAt(0)))],
  ['claims in single quotes', header, encode("{'a':'b'}")],
  ['claims with a comma too many', header, encode('{"a":[1],}')],
]

const other: [title: string, text: string, words: string][] = [
  ['nothing', '', 'is empty'],
  ['white space', ' \n', 'is empty'],
  ['an invisible character', '\u200b', 'is empty'],
  ['Bearer without a token', 'Bearer ', 'is empty'],
  ['a SID', 'SK9a9a9a9a9a9a9a9a9a9a9a9a9a9a9a9a', 'a SID'],
  ['an auth token', '0123456789abcdef0123456789abcdef', 'secret'],
  ['an API key secret in quotes', `"${keySecret}"`, 'secret'],
  ['undefined', 'undefined', 'the word undefined'],
  ['null after Bearer', 'Bearer null', 'the word null'],
  ['a Promise', '[object Promise]', 'await it'],
  ['a pending Promise', 'Promise { <pending> }', 'await it'],
  ['a Future of Dart', "Instance of 'Future<String>'", 'await it'],
  ['a Future of Java', 'java.util.concurrent.CompletableFuture@1b2c3d', 'await it'],
  ['a coroutine', '<coroutine object main at 0x7f>', 'await it'],
  ['an object', '[object Object]', 'a printed object'],
  ['an object of Java', 'com.twilio.jwt.accesstoken.AccessToken@1b2c3d', 'a printed object'],
  ['a printed object of Node', "AccessToken { identity: 'a' }", 'a printed object'],
  ['a printed builder of Java', 'com.twilio.AccessTokenBuilder@1b2c3d', 'a printed object'],
  ['a function', 'function toJwt() {}', 'a printed object'],
  ['a sentence that ends in undefined', 'it is undefined', 'a text of 15 characters'],
  ['a sentence that ends in an object', 'it is [object Object]', 'a text of 21 characters'],
  ['a sentence that ends in bearer', 'null bearer', 'a text of 11 characters'],
  ['JSON without a token', '{"error":"no such user"}', 'JSON without a token'],
  ['HTML', '<!DOCTYPE html><p>Not found', 'HTML or XML'],
  ['prose', 'the eyes have it', 'a text of 16 characters'],
  ['a domain of two parts', 'example.com', 'a text of 11 characters'],
  ['long base64 of something else', btoa('something else, '.repeat(9)), 'a text of 192 characters'],
  ['base64 in too many layers', btoa(btoa(btoa(btoa(btoa(token))))), 'a text of'],
  ['four parts that are no token', `${header}.a.b.c`, '4 parts'],
]

describe('diagnose() judges the text', () => {
  it('tokens to wrap are sound', async () => {
    expect(token).toBe(await tokenOf('access'))
    expect(another).toBe(await tokenOf('capability'))
  })

  it.each(wrappings)('diagnose() finds a token inside %s', async (_, text, words) => {
    const findings = await findingsIn(text, { secret: keySecret })
    expect(findings).toMatchObject([{ rule: 'text-wrapped', code: 20101, pointer: '' }])
    expect(findings[0]?.detail).toContain(words)
  })

  it('diagnose() reports padding inside a part, where lines were joined', async () => {
    expect(await linesOf(`${header}==\nAAAA.${body}.${signature}`)).toEqual([
      'error 20101 text-wrapped',
      'error 20101 text-json',
    ])
  })

  it.each([
    ['one dot', `Bearer ${header}.${body}.`, 'Bearer before it'],
    ['one dot in quotes', `"${header}.${body}."`, 'quotes around it'],
    ['two dots', `Bearer ${header}.${body}..`, 'a period after it, Bearer before it'],
  ])('diagnose() leaves a token without a signature its dot: %s', async (_, text, words) => {
    const [wrapped, ...others] = await findingsIn(text)
    expect(wrapped?.detail).toBe(`the token is inside something else: ${words}`)
    expect(others.map(({ rule }) => rule)).toEqual(['signature-length'])
  })

  it.each([
    ['a line of text', `${token.slice(0, -9)}\n> Thanks`],
    ['a quotation mark in one line', `${token.slice(0, -9)}" "${token.slice(-9)}`],
  ])('diagnose() does not take %s for the rest of a signature', async (_, text) => {
    expect(await linesOf(text)).toEqual([
      'error 20101 text-wrapped',
      'error 20107 signature-length /signature',
    ])
  })

  it('diagnose() judges what is inside as well', async () => {
    const text = `Bearer ${await tokenOf('capability', { exp: 1 })}`
    expect(await linesOf(text)).toEqual([
      'error 20101 text-wrapped',
      'error 31205 time-relative /claims/exp',
    ])
  })

  it.each(cut)('diagnose() reports a token that was cut: %s', async (_, text) => {
    expect(await linesOf(text, { secret: keySecret })).toEqual(['error 20101 text-cut'])
    expect(await linesOf(`"${text}"`)).toEqual(['error 20101 text-wrapped', 'error 20101 text-cut'])
  })

  it.each(notJson)('diagnose() reports %s', async (_, header, claims) => {
    expect(await linesOf(`${header}.${claims}.${signature}`)).toEqual(['error 20101 text-json'])
  })

  it('diagnose() reads a header with padding that is not JSON as the header of a token', async () => {
    const padded = 'bm90IGpzb24=' // not json
    expect(await linesOf(`${padded}.${body}.${signature}`)).toEqual(['error 20101 text-json'])
  })

  it.each(other)(
    'diagnose() says what a text is that is not a token: %s',
    async (_, text, words) => {
      const findings = await findingsIn(text)
      expect(findings).toMatchObject([{ rule: 'text-other', code: 20101, pointer: '' }])
      expect(findings[0]?.detail).toContain(words)
      if (words === 'secret') expect(JSON.stringify(findings)).not.toContain(text)
    },
  )

  it.each([
    ['all parts', token.split('.').map(toOrdinary).join('.')],
    ['the signature', `${header}.${body}.${toOrdinary(signature)}`],
    ['the header', `${toOrdinary(header)}=.${body}.${signature}`],
  ])('diagnose() reads ordinary base64 in %s', async (_, text) => {
    expect(await linesOf(text)).toEqual(['error 20101 text-base64'])
  })

  it('diagnose() reads slashes that JSON has escaped, as PHP writes them', async () => {
    const ordinary = toOrdinary(encode({ ...claims.access, note: '???>>>' }))
    expect(ordinary).toContain('/')
    const text = `"${header}.${ordinary.replaceAll('/', '\\/')}.${signature}"`
    expect(await linesOf(text)).toEqual(['error 20101 text-wrapped', 'error 20101 text-base64'])
  })

  it('diagnose() reports an encrypted token', async () => {
    const jwe = `${encode({ alg: 'dir', enc: 'A256GCM' })}..AAAA.AAAA.AAAA`
    expect(await linesOf(jwe)).toEqual(['error 20101 text-encrypted'])
    expect(await linesOf(`Bearer ${jwe}`)).toEqual([
      'error 20101 text-wrapped',
      'error 20101 text-encrypted',
    ])
  })

  it('diagnose() reports a text of more than 65,536 characters, whatever it contains', async () => {
    expect(await linesOf('a'.repeat(65_537))).toEqual(['error 20101 text-long'])
    expect(await linesOf(' '.repeat(65_537 - token.length) + token)).toEqual([
      'error 20101 text-long',
    ])
    expect(await linesOf(' '.repeat(65_536 - token.length) + token)).toEqual([
      'error 20101 text-wrapped',
    ])
  })

  it.each([
    ['one name', '{"exp":1,"a":{"exp":1}}', []],
    ['a name twice', '{"exp":1,"exp":2}', ['"exp"']],
    ['a name in two spellings', '{"exp":1,"\\u0065xp":2,"exp" : 3}', ['"exp"']],
    ['names twice inside', '{"a":{"b":1,"b":[{"c":1,"c":1}]}}', ['"b"', '"c"']],
    ['texts that look like names', '{"a":"{\\"a\\":1","b":["a","a"]}', []],
  ])('diagnose() warns of duplicates: %s', async (_, json, names) => {
    const findings = await findingsIn(`${inputOf(headers.capability, json)}.${signature}`)
    const duplicates = findings.filter(({ rule }) => rule === 'text-duplicate')
    expect(duplicates.map(({ fix }) => fix)).toEqual(names.map((name) => `Write ${name} once`))
    for (const finding of duplicates)
      expect(finding).toMatchObject({ severity: 'warning', code: 20101, pointer: '' })
  })

  it('diagnose() reports a duplicate in a capability token with the code of its form', async () => {
    const json = JSON.stringify(claims.capability).replace('{', '{"iss":"AC1",')
    expect(await linesOf(`${inputOf(headers.capability, json)}.${signature}`)).toEqual([
      'warning 31204 text-duplicate',
    ])
  })

  it('diagnose() keeps a room that looks like a token', async () => {
    const grants = { identity: 'ana', video: { room: 'eyJhbGciOiJIUzI1NiJ9' } }
    expect(await linesOf(await tokenOf('access', { grants }))).toEqual([])
  })
})
