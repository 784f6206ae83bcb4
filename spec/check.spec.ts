import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as check from '../lib/check.ts'
import { expectRefusal, refuse, type Refusal } from './support/refusal.ts'

const digits = '0123456789abcdef'.repeat(2)
const secret = digits.slice(16) + digits.slice(0, 16)

// What the messages must say, once for the whole file.
const environment = 'environment'
const awaitIt = 'await'
const placeholder = 'placeholder'
const white = 'white space'
const quote = 'quotation mark'
const seconds = 'seconds'
const milliseconds = '(milliseconds?)'
const plain = 'plain object'

const promise = Promise.resolve(secret)
class Instance {
  readonly a = 1
}

/** Rows for one argument, which is called x. */
function rows(
  run: (value: never) => unknown,
  values: readonly (readonly [title: string, value: unknown, ...says: Refusal[4][]])[],
  name: Refusal[2] = 'TypeError',
): Refusal[] {
  return values.map(([title, value, ...says]) => [
    title,
    () => run(value as never),
    name,
    'x',
    ...says,
  ])
}

const account = (value: string) => check.sid('x', 'AC', value)

describe('sid', () => {
  it('returns a SID of its prefix, or of one of two', () => {
    expect(account(`AC${digits}`)).toBe(`AC${digits}`)
    expect(account('AC123')).toBe('AC123')
    expect(check.sid('x', 'WK or WQ', 'WK1')).toBe('WK1')
    expect(check.sid('x', 'WK or WQ', 'WQ1')).toBe('WQ1')
  })

  it.each([
    ...rows(account, [
      ['nothing', undefined, 'AC', environment],
      ['a Promise', promise, awaitIt],
      ['null', null, 'null'],
      ['a number', 123, 'a number'],
      ['a list', ['AC123'], 'an array'],
      ['a String object', Object('AC123'), 'a String'],
      ['an empty string', '', 'empty'],
      ['a lone surrogate', 'AC\ud83d', 'surrogate'],
      ['the text undefined', 'undefined', environment],
      ['the text null behind the prefix', 'ACnull_', 'position 3'],
      ['a Promise as text', '[object Promise]', awaitIt],
      ...['ACxxxx', 'ACXXXXXXXX', 'ACyoursid'].map((text): [string, string, string] => [
        `the short placeholder ${text}`,
        text,
        placeholder,
      ]),
      ['the text undefined behind the prefix', 'ACundefined', environment],
      ['a SID that lost a character', `AC${digits.slice(1)}`, '32', '33 characters'],
      ['a SID that lost two characters', `AC${digits.slice(2)}`, '32 characters'],
      ['a SID with one character more', `AC${digits}0`, '35 characters'],
      ['a doubled SID', `AC${digits}AC${digits}`, 'position 35', '68 characters'],
      ['a prefix alone', 'AC', '2 characters'],
      ['a placeholder behind the prefix', `AC${'x'.repeat(32)}`, placeholder],
      ['a placeholder in capitals', `AC${'X'.repeat(32)}`, placeholder],
      ['asterisks', `AC${'*'.repeat(32)}`, placeholder],
      ['a word that begins with your', 'your_account_sid', placeholder],
      ['the name of a variable', 'TWILIO_ACCOUNT_SID', placeholder],
      ['a template behind the prefix', 'AC{{account}}', placeholder],
      ['an API key', `SK${digits}`, 'AC', 'API key SID'],
      ['an application', `AP${digits}`, 'AC', 'AP'],
      ['a short API key', 'SK123', 'AC', 'API key SID'],
      ['32 hexadecimal digits', digits, 'AC', 'secret'],
      ['32 letters and digits', 'q8ZtLw3RvN6kYb1J'.repeat(2), 'AC', 'secret'],
      ['a prefix in lower case', `ac${digits}`, 'AC', 'position 1'],
      ['capital digits', `AC${digits.toUpperCase()}`, 'lower-case', 'position 13'],
      ['a digit that is not hexadecimal', `AC${digits.slice(1)}g`, 'position 34'],
      ['a semicolon at the end', `AC${digits};`, 'position 35', '35 characters'],
      ['a line feed at the end', `AC${digits}\n`, white, 'position 35'],
      ['a space before it', ` AC${digits}`, white, 'position 1'],
      ['a byte order mark before it', `\uFEFFAC${digits}`, 'byte order mark'],
      ['single quotes', `'AC${digits}'`, quote],
      ['double quotes', `"AC${digits}"`, quote],
      ['a quotation mark at the end', `AC${digits}"`, quote, 'position 35'],
    ]),
    ...rows(
      (value) => check.sid('x', 'SK', value),
      [
        ['an account SID for a key', `AC${digits}`, 'SK', 'account SID'],
        ['an auth token for a key', secret, 'SK', 'secret'],
      ],
    ),
    ...rows(
      (value) => check.sid('x', 'WK or WQ', value),
      [
        ['an activity for a channel', 'WA2', 'WK or WQ', 'WA'],
        ['a worker with a path', 'WK1/..', 'position 4'],
      ],
    ),
  ])('rejects %s', refuse)
})

describe('secret', () => {
  it.each([
    ['an auth token', secret],
    ['an API key secret', 'q8ZtLw3RvN6kYb1J'.repeat(2)],
    ['one character', 'k'],
    ['five of X', 'XXXXX'],
    ['seven asterisks', '*******'],
    ['a run of another character', 'k'.repeat(32)],
    ['a word in lower case that begins with twilio_', 'twilio_auth'],
    ['a sentence', 'the auth token of that account'],
    ['a sentence about you', 'your secret sentence'],
    ['white space inside', 'a b\tc\nd'],
    ['text beyond ASCII', 'Schlüssel 😀'],
    ['one quotation mark', '"'],
    ['a quotation mark at one end', `${secret}"`],
    ['quotation marks inside', `a"b"c`],
    ['34 hexadecimal digits', `ac${digits}`],
    ['a SID with one character more', `AC${digits}_`],
    ['a SID after another character', `_AC${digits}`],
    ['a short SID', 'AC123'],
    ['angle brackets inside', 'a<b>c'],
    ['a text with two dots', 'a.b.c'],
    ['a text that begins as a token', 'eyJhbGciOiJIUzI1NiJ9'],
    ['a word that contains undefined', 'undefined1'],
  ])('accepts %s', (_, value) => {
    expect(check.secret('x', value)).toBe(value)
    expect(check.secrets('x', value)).toEqual([value])
    expect(check.secrets('x', [secret, value])).toEqual([secret, value])
  })

  it('accepts letters and digits, unless they are a mistake', () => {
    const mistakes = [/^(undefined|null|NaN)$/, /^(your|x{8,}$)/i, /^[A-Z]{2}[\da-fA-F]{32}$/]
    const words = fc
      .tuple(
        fc.constantFrom(
          '',
          'your',
          'Your',
          'x',
          'xxxxxxxx',
          'undefined',
          'null',
          'NaN',
          'AC',
          'ac',
        ),
        fc.oneof(
          fc.constantFrom('', digits, digits.toUpperCase()),
          fc.stringMatching(/^[\da-zA-Z]{0,40}$/),
        ),
      )
      .map((parts) => parts.join(''))
      .filter((word) => word !== '')
    fc.assert(
      fc.property(words, (word) => {
        const isMistake = mistakes.some((mistake) => mistake.test(word))
        if (isMistake) expect(() => check.secret('x', word), word).toThrow(TypeError)
        else expect(check.secret('x', word)).toBe(word)
      }),
      { numRuns: 1000 },
    )
  })

  const flaws: [title: string, value: unknown, ...says: Refusal[4][]][] = [
    ['nothing', undefined, environment],
    ['a Promise', promise, awaitIt],
    ['null', null, 'null'],
    ['a number', 12345, 'a number'],
    ['bytes', new Uint8Array(32), 'Uint8Array'],
    ['a function', () => secret, 'a function'],
    ['a lone surrogate', `${secret}\ud83d`, 'surrogate'],
    ['an empty string', '', 'empty'],
    ['a line feed at the end', `${secret}\n`, white, 'position 33 of 33'],
    ['a carriage return at the end', `${secret}\r`, white],
    ['a space before it', ` ${secret}`, white, 'position 1 of 33'],
    ['a tab before it', `\t${secret}`, white],
    ['a no-break space at the end', `${secret}\u00a0`, white],
    ['white space alone', ' ', white],
    ['a byte order mark before it', `\uFEFF${secret}`, 'byte order mark', 'position 1'],
    ['a byte order mark at the end', `${secret}\uFEFF`, 'byte order mark'],
    ['double quotes', `"${secret}"`, quote],
    ['single quotes', `'${secret}'`, quote],
    ['backticks', `\`${secret}\``, quote],
    ['curly quotes', `“${secret}”`, quote],
    ['quotes around two lines', `"${secret}\n${secret}"`, quote],
    ['the text undefined', 'undefined', environment],
    ['the text null', 'null', environment],
    ['the text NaN', 'NaN', environment],
    ['an object as text', '[object Object]', environment],
    ['a Promise as text', '[object Promise]', awaitIt],
    ['German quotation marks', '„a secret“', 'quotation marks'],
    ['French quotation marks', '«a secret»', 'quotation marks'],
    ['an account SID', `AC${digits}`, 'SID'],
    ['an API key SID', `SK${digits}`, 'SID'],
    ['an application SID in capitals', `AP${digits.toUpperCase()}`, 'SID'],
    ['your_auth_token', 'your_auth_token', placeholder],
    ['YOUR_AUTH_TOKEN', 'YOUR_AUTH_TOKEN', placeholder],
    ['your-secret-here', 'your-secret-here', placeholder],
    ['angle brackets', '<your auth token>', placeholder],
    ['two braces', '{{ auth_token }}', placeholder],
    ['a template of JavaScript', '${AUTH_TOKEN}', placeholder],
    ['eight of x', 'xxxxxxxx', placeholder],
    ['32 of X', 'X'.repeat(32), placeholder],
    ['32 asterisks', '*'.repeat(32), placeholder],
    ['x, X and asterisks', 'xxxXXX***', placeholder],
    ['the name of a variable', 'TWILIO_AUTH_TOKEN', placeholder],
    ['a token', 'eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjF9.c2ln', 'verify(token, secret)'],
  ]
  it.each(rows((value) => check.secret('x', value), flaws))('rejects %s', refuse)

  it.each(flaws)('rejects %s in a list, by its position', async (_, value, ...says) => {
    const list = [secret, value as string]
    await expectRefusal(() => check.secrets('x', list), 'TypeError', 'x[1]', says)
  })

  it.each<Refusal>([
    ['an empty list', () => check.secrets('x', []), 'TypeError', 'x', 'empty list'],
    ['an object', () => check.secrets('x', {} as never), 'TypeError', 'x', 'an object'],
    // The hole is what is tried.
    [
      'a hole',
      () => check.secrets('x', [secret, , secret] as never),
      'TypeError',
      'x[1]',
      'nothing',
    ],
    [
      'a list in a list',
      () => check.secrets('x', [[secret]] as never),
      'TypeError',
      'x[0]',
      'array',
    ],
  ])('rejects %s for a list of secrets', refuse)
})

describe('text, clientName, identity, boolean and region', () => {
  const texts = [
    ['nothing', undefined, 'nothing'],
    ['a Promise', promise, awaitIt],
    ['a number', 42, 'string', 'a number'],
    ['an empty string', '', 'empty string'],
    ['half a character', 'a\ud83d', 'surrogate'],
  ] as const
  const clientName = (value: string) => check.clientName('x', value)
  const long = 'a'.repeat(257)

  it('return what is right', () => {
    expect(check.text('x', 'Zoë 😀')).toBe('Zoë 😀')
    expect(clientName('a'.repeat(256))).toBe('a'.repeat(256))
    expect(check.identity('x', 'é'.repeat(256))).toBe('é'.repeat(256))
    expect(check.boolean('x', false)).toBe(false)
    expect(check.region('x', 'ie1')).toBe('ie1')
  })

  it.each([
    ...rows((value) => check.text('x', value), texts).map(([title, ...row]): Refusal => [
      `${title} for a text`,
      ...row,
    ]),
    ...rows(clientName, texts).map(([title, ...row]): Refusal => [
      `${title} for a client name`,
      ...row,
    ]),
    ...rows((value) => check.identity('x', value), texts).map(([title, ...row]): Refusal => [
      `${title} for an identity`,
      ...row,
    ]),
    ...rows(clientName, [
      ...[...'<>#%"{}|\\^[]`\0\x7fé😀'].map(
        (character) =>
          [
            `${JSON.stringify(character)} in a client name`,
            `Al${character}ice`,
            'position 3',
          ] as const,
      ),
      ...[' ', '\n', '\t', '\u00a0'].map(
        (character) =>
          [
            `${JSON.stringify(character)} in a client name`,
            `Al${character}ice`,
            white,
            'position 3',
          ] as const,
      ),
      ['a forbidden character in a long client name', `${long} `, white],
    ]),
    ...rows(clientName, [['a client name of 257 characters', long, '256', '257']], 'RangeError'),
    ...rows(
      (value) => check.identity('x', value),
      [['an identity of 257 characters', long, '256', '257']],
      'RangeError',
    ),
    ...rows(
      (value) => check.text('x', value, check.notSet),
      [['nothing for a setting', undefined, environment]],
    ),
    ...rows(
      (value) => check.boolean('x', value),
      [
        ['a text for a boolean', 'true', 'true or false'],
        ['a number for a boolean', 1, 'a number'],
        ['null for a boolean', null, 'null'],
        ['nothing for a boolean', undefined, environment],
      ],
    ),
    ...rows(
      (value) => check.region('x', value),
      [
        ['the edge dublin', 'dublin', 'ie1'],
        ['the edge Sydney in capitals', 'SYDNEY', 'au1'],
        ['the edge tokyo', 'tokyo', 'jp1'],
        ['a region in capitals', 'IE1', 'ie1'],
        ['a region with a space', 'au1 ', 'an edge of au1'],
        ['us1 in capitals', 'US1', 'spelling', 'edge of us1: omit it'],
        ['us1 with a hyphen', 'us-1', 'an edge of us1: omit it'],
        ['a region in quotes', '"ie1"', 'an edge of ie1'],
        ['a domain of a region', 'dublin.ie1.twilio.com', 'an edge of ie1'],
        ['an edge with a hyphen', 'Sao-Paulo', 'an edge of us1'],
        ['an edge without a region', 'frankfurt', 'us1', 'omit'],
        ['the old id of an edge', 'us2', 'us1', 'omit'],
        ['a country', 'ireland', 'ie1', '7 characters'],
        ['a word of a prototype', 'constructor', '11 characters'],
        ['an empty region', '', 'empty'],
        ['null for a region', null, 'null'],
        ['a Promise of a region', promise, awaitIt],
      ],
    ),
  ])('reject %s', refuse)

  it('say exactly what is wrong', () => {
    const said = (call: () => unknown) => {
      try {
        return call()
      } catch (error) {
        return (error as Error).message
      }
    }
    expect(said(() => check.region('x', 'ie'))).toBe(
      'Cannot use x: it must be a region such as us1, ie1 or au1, got a string of 2 characters',
    )
    expect(said(() => check.region('x', 'IE1'))).toMatch(/ie1$/)
    expect(said(() => check.plainObject('x', 1 as never))).toBe(
      'Cannot use x: it must be a plain object, got a number',
    )
    expect(said(() => check.plainObject('x', 1 as never, 'f({ a })'))).toBe(
      'Cannot use x: it must be a plain object, as in f({ a }), got a number',
    )
    expect(said(() => check.clientName('x', 'é'))).toMatch(
      /, got a character that is not allowed at position 1 of 1 characters$/,
    )
    expect(said(() => check.secret('x', ' '))).toMatch(/: it must be a secret, as a string, got /)
    expect(said(() => check.secrets('x', []))).toBe(
      'Cannot use x: it must be a secret or a list of secrets, got an empty list',
    )
    expect(said(() => check.texts('x', { a: {} }, false))).toMatch(
      /: it must be a string, finite number, boolean or list, got /,
    )
    expect(said(() => check.sid('x', 'AC', `AC${'a'.repeat(33)}`))).toMatch(
      /, got a string of 35 characters$/,
    )
    expect(said(() => check.seconds('x', 86_401, 0, 86_400))).toMatch(/, got 86401$/)
    expect(said(() => check.seconds('x', 5000, 1, 4999))).toMatch(/, got 5000 \(milliseconds\?\)$/)
  })
})

describe('noMore', () => {
  it('accepts arguments that a call has, and undefined after them', () => {
    for (const args of [[], [1], [1, 2], [1, 2, undefined], [1, 2, undefined, undefined]])
      expect(() => {
        check.noMore(args, 2, 'f(a, b)')
      }).not.toThrow()
  })

  it('refuses any other argument after them', () => {
    for (const args of [
      [1, 2, 3],
      [1, 2, null],
      [1, 2, undefined, 4],
      [1, 2, 3, undefined],
    ])
      expect(() => {
        check.noMore(args, 2, 'f(a, b)')
      }).toThrow('Cannot use options: there are none here, use f(a, b)')
  })
})

describe('seconds', () => {
  const lifetime = (value: number) => check.seconds('x', value, 1, 86400)
  const time = (value: number) => check.seconds('x', value, 0, 1e11)

  it('returns whole numbers within the range', () => {
    for (const value of [1, 600, 86400]) expect(lifetime(value)).toBe(value)
    for (const value of [0, 1e11]) expect(time(value)).toBe(value)
  })

  it.each<[number, (value: number) => unknown]>([
    [90000, lifetime],
    [600000, lifetime],
    [3600000, lifetime],
    [86400000, lifetime],
    [1764000000000, time],
    [1764000000123, time],
  ])('asks of %d whether it is milliseconds', (value, run) =>
    expectRefusal(() => run(value), 'RangeError', 'x', [`got ${value} ${milliseconds}`]),
  )

  it.each<[number, string, (value: number) => unknown]>([
    [0, 'a lifetime', lifetime],
    [-1, 'a lifetime', lifetime],
    [-1000, 'a lifetime', lifetime],
    [0.5, 'a lifetime', lifetime],
    [1.5, 'a lifetime', lifetime],
    [86400.5, 'a lifetime', lifetime],
    [86401, 'a lifetime', lifetime],
    [172800.5, 'a lifetime', lifetime],
    [90001, 'a lifetime', lifetime],
    [86401000, 'a lifetime', lifetime],
    [1764000000000, 'a lifetime', lifetime],
    [NaN, 'a lifetime', lifetime],
    [Infinity, 'a lifetime', lifetime],
    [-Infinity, 'a lifetime', lifetime],
    [-1, 'a time', time],
    [1.5, 'a time', time],
    [1e15, 'a time', time],
    [-1764000000123, 'a time', time],
    [NaN, 'a time', time],
  ])('shows %d for %s, and does not ask whether it is milliseconds', async (value, _, run) => {
    await expectRefusal(() => run(value), 'RangeError', 'x', [seconds, `got ${value}`])
    expect(() => run(value)).not.toThrow(milliseconds)
  })

  it.each(
    rows(lifetime, [
      ['digits in a string', '86400', seconds, '86400', '5 characters'],
      ['a span of vercel/ms', '10h', seconds],
      ['null', null, 'null'],
      ['nothing', undefined, 'nothing'],
      ['a Date', new Date(0), 'a Date'],
      ['a bigint', 600n, 'a bigint'],
      ['a boolean', true, 'a boolean'],
      ['a Promise', promise, awaitIt],
    ]),
  )('rejects %s', refuse)
})

describe('plainObject', () => {
  it('returns frozen objects, objects without a prototype and those of JSON', () => {
    const bare: object = Object.assign(Object.create(null) as object, { a: 1 })
    for (const value of [
      {},
      Object.freeze({ a: 1 }),
      bare,
      JSON.parse('{"__proto__": 1}') as object,
    ])
      expect(check.plainObject('x', value)).toBe(value)
  })

  it.each(
    rows(
      (value) => check.plainObject('x', value),
      [
        ['nothing', undefined, plain, environment],
        ['null', null, plain, 'null'],
        ['a number', 600, plain, 'a number'],
        ['a text', 'a=1', plain, 'a string of 3 characters'],
        ['a function', () => 1, plain, 'a function'],
        ['a symbol', Symbol('s'), plain, 'a symbol'],
        ['a list', [], plain, 'an array'],
        ['a Map', new Map([['a', 1]]), plain, 'a Map'],
        ['a Set', new Set(), plain, 'a Set'],
        ['a Date', new Date(), plain, 'a Date'],
        ['an Error', new Error('e'), plain, 'an Error'],
        ['a Promise', promise, plain, awaitIt],
        ['URLSearchParams', new URLSearchParams('a=1'), plain],
        ['an instance of a class', new Instance(), plain, 'not plain'],
        ['inherited options', Object.create({ a: 1 }), plain, 'not plain'],
        ['an object with a symbol', { [Symbol('s')]: 1 }, plain, 'not plain'],
      ],
    ),
  )('rejects %s', refuse)

  it('shows the right call, and then does not ask for the environment', async () => {
    const run = () => check.plainObject('x', undefined, 'generate({ expires: 600 })')
    await expectRefusal(run, 'TypeError', 'x', ['generate({ expires: 600 })', 'nothing'])
    expect(run).not.toThrow(environment)
  })
})

describe('texts', () => {
  const params = (value: object) => check.texts('x', value, true)
  const filters = (value: object) => check.texts('x', value, false)

  it('copies strings, numbers, booleans and lists as text', () => {
    const value = { s: 'Zoë', n: 1.5, z: -0, big: 1e21, t: true, list: ['a', 2, false], none: [] }
    const expected = {
      ...{ s: 'Zoë', n: '1.5', z: '0', big: '1e+21', t: 'true' },
      ...{ list: ['a', '2', 'false'], none: [] },
    }
    for (const run of [params, filters]) {
      const copied = run(value)
      expect({ ...copied }).toEqual(expected)
      expect(Object.getPrototypeOf(copied)).toBeNull()
    }
  })

  it('omits params that are undefined, but rejects such a filter', async () => {
    expect(Object.keys(params({ a: undefined, b: 1 }))).toEqual(['b'])
    await expectRefusal(() => filters({ b: 1, a: undefined }), 'TypeError', 'x.a', [environment])
  })

  it('keeps names that every object has as names', () => {
    const named = JSON.parse('{"__proto__": "a", "constructor": "b", "toString": ["c"]}') as object
    expect(Object.entries(params(named))).toEqual(Object.entries(named))
  })

  const members: [title: string, value: object, argument: string, ...says: string[]][] = [
    ['null', { a: null }, 'x.a', 'null'],
    ['an object', { a: {} }, 'x.a', 'an object'],
    ['a Date', { a: new Date() }, 'x.a', 'a Date'],
    ['a Promise', { a: promise }, 'x.a', awaitIt],
    ['a bigint', { a: 1n }, 'x.a', 'a bigint'],
    ['a symbol', { a: Symbol('s') }, 'x.a', 'a symbol'],
    ['NaN', { a: NaN }, 'x.a', 'NaN'],
    ['Infinity', { a: -Infinity }, 'x.a', '-Infinity'],
    ['half a character', { city: 'a\ude00' }, 'x.city', 'surrogate'],
    ['half a character in a name', { '\ud83d': 1 }, 'x.\ud83d', 'surrogate'],
    ['null in a list', { tags: ['b', null] }, 'x.tags[1]', 'null'],
    ['undefined in a list', { tags: [undefined] }, 'x.tags[0]', 'nothing'],
    // The hole is what is tried.
    ['a hole in a list', { tags: ['b', , 'c'] }, 'x.tags[1]', 'nothing'],
    ['a list in a list', { tags: [['b']] }, 'x.tags[0]', 'an array'],
  ]
  it.each(members)('rejects %s', async (_, value, argument, ...says) => {
    await expectRefusal(() => params(value), 'TypeError', argument, says)
    await expectRefusal(() => filters(value), 'TypeError', argument, says)
  })
})

describe('json', () => {
  const cycle: Record<string, unknown> = {}
  cycle['a'] = [{ cycle }]
  const list: unknown[] = []
  list.push(list)
  const nested = (depth: number): object =>
    JSON.parse(`${'{"a":'.repeat(depth)}0${'}'.repeat(depth)}`) as object

  it('copies frozen objects, objects without a prototype, one object twice, and -0 as it is', () => {
    const shared = Object.freeze({ a: 1 })
    const bare: object = Object.assign(Object.create(null) as object, {
      ...{ one: shared, two: [shared, shared], zero: -0 },
    })
    const copied = check.json('x', Object.freeze(bare))
    expect(JSON.stringify(check.copy(copied))).toBe(
      '{"one":{"a":1},"two":[{"a":1},{"a":1}],"zero":0}',
    )
    expect(copied).not.toBe(bare)
  })

  it('omits what is undefined, or rejects it', async () => {
    expect(check.json('x', { a: undefined, b: [{ c: undefined }] })).toStrictEqual({ b: [{}] })
    const run = (value: object) => () => check.json('x', value, false)
    await expectRefusal(run({ a: undefined }), 'TypeError', 'x.a', [environment])
    await expectRefusal(run({ a: [{ b: undefined }] }), 'TypeError', 'x.a[0].b', [environment])
  })

  it('copies at most 500 levels', async () => {
    expect(check.json('x', nested(500))).toEqual(nested(500))
    const argument = `x${'.a'.repeat(500)}`
    await expectRefusal(() => check.json('x', nested(501)), 'TypeError', argument, ['500'])
  })

  it.each<[title: string, value: object, argument: string, ...says: string[]]>([
    ['NaN', { a: { b: [NaN] } }, 'x.a.b[0]', 'NaN'],
    ['Infinity', { a: Infinity }, 'x.a', 'Infinity'],
    ['a bigint', { a: 1n }, 'x.a', 'a bigint'],
    ['a symbol', { a: Symbol('s') }, 'x.a', 'a symbol'],
    ['a symbol for a name', { a: { [Symbol('s')]: 1 } }, 'x.a', 'not plain'],
    ['a function', { a: () => 1 }, 'x.a', 'a function'],
    ['a toJSON of its own', { toJSON: () => 1 }, 'x.toJSON', 'a function'],
    ['a Promise', { a: promise }, 'x.a', awaitIt],
    ['a Date', { a: new Date() }, 'x.a', 'a Date'],
    ['a Map', { a: new Map() }, 'x.a', 'a Map'],
    ['an instance of a class', { a: new Instance() }, 'x.a', 'not plain'],
    ['an Error', { a: new Error('e') }, 'x.a', 'an Error'],
    ['bytes', { a: new Uint8Array(1) }, 'x.a', 'a Uint8Array'],
    ['a String object', { a: Object('s') as unknown }, 'x.a', 'a String'],
    ['undefined in a list', { a: [1, undefined] }, 'x.a[1]', 'nothing'],
    // The hole is what is tried.
    ['a hole in a list', { a: [1, , 3] }, 'x.a[1]', 'nothing'],
    ['half a character', { a: '\ud83d' }, 'x.a', 'surrogate'],
    ['half a character in a name', { a: { '\ud83d': 1 } }, 'x.a', 'surrogate'],
    ['an object in itself', cycle, 'x.a[0].cycle', 'a cycle'],
    ['a list in itself', { list }, 'x.list[0]', 'a cycle'],
  ])('rejects %s', (_, value, argument, ...says) =>
    expectRefusal(() => check.json('x', value), 'TypeError', argument, says),
  )

  it('copies any value as JSON.parse would, or rejects what JSON.stringify would change', () => {
    const anything = fc.anything({
      ...{
        withBigInt: true,
        withDate: true,
        withMap: true,
        withSet: true,
        withNullPrototype: true,
      },
    })
    fc.assert(
      fc.property(anything, (anything) => {
        let copied: object
        try {
          copied = check.json('x', { anything })
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError)
          expect(error).toHaveProperty('argument', expect.stringMatching(/^x\.anything/))
          return
        }
        expect(JSON.stringify(copied)).toBe(JSON.stringify({ anything }))
        const parsed = JSON.parse(JSON.stringify({ anything })) as unknown
        expect(parsed).toEqual({ anything: withoutMinusZero(anything) })
      }),
      { numRuns: 500 },
    )
  })
})

describe('errors of arguments', () => {
  it('never quote a string', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 40 })
    fc.assert(
      fc.property(text, text, (before, after) => {
        const value = `${before}§${after}` // which no message contains
        for (const run of [
          () => check.sid('x', 'AC', value),
          () => check.secret('x', `${value} `),
          () => check.clientName('x', value),
          () => check.region('x', value),
          () => check.boolean('x', value as never),
          () => check.seconds('x', value as never, 0, 1),
          () => check.plainObject('x', value as never),
        ]) {
          expect(messageOf(run)).toMatch(/^Cannot use x: /)
          expect(messageOf(run)).not.toContain('§')
        }
      }),
    )
  })
})

function messageOf(run: () => unknown): string {
  try {
    run()
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

/** The same with 0 for -0, which JSON does not have, and without what is undefined. */
function withoutMinusZero(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMinusZero)
  if (typeof value !== 'object' || value === null) return value === 0 ? 0 : value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => [key, withoutMinusZero(member)]),
  )
}
