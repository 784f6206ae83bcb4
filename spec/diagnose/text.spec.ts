import { describe, expect, it } from 'vitest'
import { unwrap } from '../../lib/diagnose/text.ts'
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

/** The whole token inside something else, and all the words for that. */
const exactly: [title: string, text: string, words: string[]][] = [
  ['a word that ends in b, and quotes', `the job '${token}'`, ['quotes around it']],
  [
    'Python bytes among words',
    `print(b'${token}')`,
    ["a bytes literal of Python, b'…'", 'quotes around it'],
  ],
  ['Python bytes before it', `b'x' ${token}`, ['other text around it']],
  ['quotes before other words', `"x" and ${token}`, ['other text around it']],
  ['quotes after other words', `${token} and "x"`, ['other text around it']],
  ['a bearer among words', `its bearer holds ${token}`, ['other text around it']],
  [
    'JSON after a word',
    `answer: {"token":"${token}"}`,
    ['quotes around it', 'JSON around it', 'a name before it, as in a header line'],
  ],
  [
    'JSON after a line feed',
    `\n{ "token": ${token} }`,
    ['JSON around it', 'a name before it, as in a header line'],
  ],
  ['XML after a line feed', `\n<token>${token}`, ['HTML or XML around it']],
  ['a comparison', `1 < ${token}`, ['other text around it']],
  ['a word with an underscore, after another', `my jwt_${token}`, ['other text around it']],
  ['escaped letters', token.replace('e', '\\u0065'), ['escapes of a string']],
  ['escaped letters in JSON in JSON', token.replace('e', '\\\\u0065'), ['escapes of a string']],
  [
    'escaped line feeds in JSON in JSON',
    broken(64, '\\\\n'),
    ['escapes of a string', 'white space in it'],
  ],
  [
    'escaped line feeds with four backslashes',
    broken(64, '\\\\\\\\n'),
    ['escapes of a string', 'white space in it'],
  ],
  ['escapes of Markdown, twice', token.replace(/[_.-]/g, '\\\\$&'), ['escapes of a string']],
  ['two colors of a terminal', `\x1b[1;33m${token}\x1b[0m`, ['invisible characters']],
  ['the default color of a terminal', `\x1b[m${token}\x1b[m`, ['invisible characters']],
  ['percent-encoding, three times', token.replaceAll('.', '%25252e'), ['percent-encoding']],
  ['lines that begin with dots', `${header}\n.${body}\n.${signature}`, ['white space in it']],
  ['lines that end in dots', `${header}.\n${body}.\n${signature}`, ['white space in it']],
  ['an incomplete token before it', `${header}.${body}, then ${token}`, ['other text around it']],
  ['something like a token before it', `${header}.b.c, then ${token}`, ['other text around it']],
  ['a header before it', `${header}, then ${token}`, ['other text around it']],
  ['base64, three times', btoa(btoa(btoa(token))), Array<string>(3).fill('base64 once more')],
  [
    'another token behind it, whose header begins with a line feed',
    `${token}${encode('{\n "alg":"HS256"}')}.${body}.${signature}`,
    ['several tokens, of which the first is judged'],
  ],
  ['a path behind it', `${token}/rooms`, ['other text after it']],
  ['an ellipsis after more', `${token}.Thanks...`, ['other text after it']],
]

// White space that programs write into JSON, by what follows a brace.
const spaces = ['', ' ', '  ', ' \n', '\n', '\n ', '\n\t', '\r\n', '\t', '\t ', '\t\t']

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
  ['part of the signature, and an ellipsis in brackets', `${token.slice(0, -9)}[...]`],
  ['part of the signature, and a space before an ellipsis', `${token.slice(0, -9)}[ ...]`],
  ['part of the signature, and a space after an ellipsis', `${token.slice(0, -9)}[... ]`],
  ['claims that end in an escape', `${header}.${encode('{"a":"b\\"c')}.${signature}`],
  ['claims that end after a value', `${header}.${encode('{"a":1')}.${signature}`],
  ['claims that end after a list', `${header}.${encode('{"a":[1],"b":{}')}.${signature}`],
  ['claims that end after a text with a brace', `${header}.${encode('{"a":"}"')}.${signature}`],
  [
    'claims that end after an escape and a brace',
    `${header}.${encode('{"a":"\\\\b\\"}"')}.${signature}`,
  ],
  ['claims that end in a text with a brace', `${header}.${encode('{"a":"b}')}.${signature}`],
  ['claims that end after an object', `${header}.${encode('{"a":{}')}.${signature}`],
  [
    'claims that end inside a letter',
    `${header}.${encode(Uint8Array.of(...[...'{"a":"'].map((unit) => unit.charCodeAt(0)), 0xc3))}.${signature}`,
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
  ['a header with a byte order mark', encode(`\ufeff${JSON.stringify(headers.access)}`), body],
  ['claims that are a list that ends early', header, encode('[1,{"a":1')],
  ...['"{"', '"bc{"', '"b\\"{"', '"b\\nc{d"', '"\\b\\"c\\"{"', '"{\\\\"', '{"b":"{"}'].map(
    (text): [string, string, string] => [
      `claims with the text ${text} and a comma too many`,
      header,
      encode(`{"a":${text},}`),
    ],
  ),
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
  ['a SID in capitals', 'SK9A9A9A9A9A9A9A9A9A9A9A9A9A9A9A9A', 'a SID'],
  ['a SID after a word', 'the SK9a9a9a9a9a9a9a9a9a9a9a9a9a9a9a9a', 'a text of 38 characters'],
  ['a SID before a letter', 'SK9a9a9a9a9a9a9a9a9a9a9a9a9a9a9a9ax', 'a text of 35 characters'],
  ['a secret after a word', `the ${keySecret}`, 'a text of 36 characters'],
  ['blanks in quotes', '" "', 'is empty'],
  ['null after white space and Bearer', ' Bearer null', 'the word null'],
  ['null in quotes after Bearer', 'Bearer "null"', 'the word null'],
  ['a sentence that ends in a Promise', 'it is [object Promise]', 'a text of 22 characters'],
  ['a sentence that ends in three parts', 'see a.b.c', 'a text of 9 characters'],
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
  ['base64 in too many layers', btoa(btoa(btoa(btoa(token)))), 'a text of'],
  [
    'JSON in base64 in too many layers',
    btoa(btoa(btoa(btoa(JSON.stringify({ token }))))),
    'a text of',
  ],
  ['four parts that are no token', `${header}.a.b.c`, '4 parts'],
  ['four parts with a short signature', `${header}.${body}.abc.def`, '4 parts'],
  ['four parts without a header', `${encode('HS256')}.${body}.${signature}.a`, '4 parts'],
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

  it.each(exactly)('unwrap() says no more than is right about %s', (_, text, words) => {
    expect(unwrap(text)).toEqual({ token, wrappings: words, isFound: true, isCut: false })
  })

  it.each([
    ['white space', '\n', 'white space in it'],
    ['line breaks of quoted-printable text', '=\r\n', 'line breaks in it'],
    ['line breaks of a shell', '\\\n', 'line breaks in it'],
    ['line breaks of mail', '\n> ', 'line breaks in it'],
  ])('unwrap() joins lines of any length at %s', (_, text, words) => {
    for (let length = 7; length < 80; length += 3) {
      // Nothing should follow the token, and an equals sign after a whole header may be padding.
      if (token.length % length === 0 || length === header.length) continue
      expect(unwrap(broken(length, text)), `${length}`).toEqual({
        token,
        wrappings: [words],
        isFound: true,
        isCut: false,
      })
    }
  })

  it.each(spaces)('unwrap() finds a header and claims that begin with a brace and %j', (space) => {
    const [header, body] = [encode(`{${space}"alg":"HS256"}`), encode(`{${space}"exp":1}`)]
    const sound = `${header}.${body}.${signature}`
    const wrappings = ['Bearer before it']
    expect(unwrap(`Bearer ${sound}`)).toEqual({
      token: sound,
      wrappings,
      isFound: true,
      isCut: false,
    })
    expect(unwrap(`${sound}.Thanks`).wrappings).toEqual(['other text after it'])
    expect(unwrap(`${header}.${body}, then ${sound}`).token).toBe(sound)
  })

  it.each(['eyAx', 'ew1x', 'ewox', 'e3x', 'xeyJ'])('unwrap() takes %s for no header', (word) => {
    expect(unwrap(`Bearer ${word}.a.b`).isFound).toBe(false)
  })

  it('unwrap() finds a token behind one with padding', () => {
    expect(unwrap(`${token}=${another}`).wrappings).toContain(
      'several tokens, of which the first is judged',
    )
  })

  it('unwrap() decodes percent-encoding three times at most', () => {
    expect(unwrap(`Bearer ${token.replaceAll('.', '%2525252e')}`).token).not.toContain(body)
  })

  it('unwrap() leaves what more than four backslashes escape', () => {
    expect(unwrap(broken(64, '\\\\\\\\\\n')).token).not.toContain(signature)
  })

  it.each([
    ['text after white space', `${token.slice(0, -9)} Thanks`],
    ['another token on the next line', `${token.slice(0, -9)}\n${another}`],
    ['text after padding', `${token.slice(0, -9)}= Thanks`],
  ])('unwrap() takes %s for no part of a signature', (_, text) => {
    expect(unwrap(text).token.replace(/=$/, '')).toBe(token.slice(0, -9))
  })

  it('unwrap() takes what follows a signature of another length for a part of it', () => {
    const long = `${header}.${body}.${'A'.repeat(50)}/rooms`
    expect(unwrap(`"${long}"`).token).toBe(long)
  })

  it('unwrap() joins lines before a signature that is too short', () => {
    expect(unwrap(`${header}\n.${body}.abc`).token).toBe(`${header}.${body}.abc`)
  })

  it('unwrap() joins no lines of two parts', () => {
    const wrappings = ['other text around it']
    expect(unwrap(`${header}.\n${body}`)).toEqual({
      token: `${header}.`,
      wrappings,
      isFound: true,
      isCut: false,
    })
  })

  it('unwrap() keeps padding at the end of a line', () => {
    const padded = `${encode({ ...headers.access, kid: 'abc' })}=`
    expect(padded.length % 4).toBe(0)
    for (const text of [
      `${padded}\n.${body}.${signature}`,
      `${padded}.${body.slice(0, 50)}\n${body.slice(50)}.${signature}`,
    ])
      expect(unwrap(text)).toEqual({
        token: `${padded}.${body}.${signature}`,
        wrappings: ['white space in it'],
        isFound: true,
        isCut: false,
      })
  })

  it('unwrap() keeps an equals sign that does not end a line', () => {
    const [start, end] = [token.slice(0, 99), token.slice(99)]
    expect(unwrap(`${start}= ${end}`).token).toBe(`${start}=${end}`)
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
    const head = encode({ alg: 'dir', enc: 'A256GCM' })
    const jwe = `${head}..AAAA.AAAA.AAAA`
    expect(await linesOf(`${head}.AAAA.${signature}.AAAA.AAAA`)).toEqual([
      'error 20101 text-encrypted',
    ])
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
    ['a name after a brace in a text', '{"a":"{","a":"}"}', ['"a"']],
    ['a name inside and outside', '{"b":{"a":1},"a":2}', []],
    ['a name twice around an object', '{"a":{"b":1},"a":2}', ['"a"']],
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
