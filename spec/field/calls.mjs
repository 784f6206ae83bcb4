// Calls as users make them, right ones and mistaken ones, and what must come of each. Every row names the public report that it
// rebuilds. Prints the calls that go wrong and, last, "N of M"; succeeds only if all are right. A name that is meant must be
// named letter for letter, and before any other; and no error may show eight characters of a secret in a row.
//
//   node spec/field/calls.mjs dist/index.js [part of an id]

import { createHmac } from 'node:crypto'

// ---- what the calls are made of ----

// Spelt by repetition, so that no scanner takes them for somebody's. A SID is two letters and 32 hexadecimal digits.
const [AC, SK, AP, WS, WK, WQ, IS, CR] = ['AC', 'SK', 'AP', 'WS', 'WK', 'WQ', 'IS', 'CR'].map(
  (prefix, i) => prefix + `${i}a7d`.repeat(8),
)
const TOKEN = ['5e0f', '91c3', 'b7d2', '4a86'].join('').repeat(2) // an account's auth token: 32 hexadecimal digits
const KEY = ['q8Zt', 'Lw3R', 'vN6k', 'Yb1J'].join('').repeat(2) // an API key's secret: 32 letters and digits
const OTHER = ['0d4e', 'c92b', '77f1', 'e3a5'].join('').repeat(2)
const secrets = [TOKEN, KEY, OTHER] // none of them may be in anything that an error shows
const NOW = 1_800_000_000

const capability = (lib) => new lib.TwilioCapability(AC, TOKEN)
const access = (lib, options) => new lib.AccessToken(AC, SK, KEY, { identity: 'alice', ...options })
const worker = (lib) => new lib.TaskRouterCapability(AC, TOKEN, WS, WK)

/** A token as another library or a stranger would make it. */
function token(claims, secret = TOKEN, header = { alg: 'HS256', typ: 'JWT' }) {
  const [head, body] = [header, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  )
  return `${head}.${body}.${createHmac('sha256', secret).update(`${head}.${body}`).digest('base64url')}`
}
const scope = 'scope:client:incoming?clientName=alice'
const capToken = (more, header) => token({ scope, iss: AC, exp: NOW + 600, ...more }, TOKEN, header)
const fpa = { alg: 'HS256', typ: 'JWT', cty: 'twilio-fpa;v=1' }
const accessToken = (more, header) =>
  token(
    {
      jti: `${SK}-1`,
      grants: { identity: 'alice' },
      iat: NOW,
      exp: NOW + 600,
      iss: SK,
      sub: AC,
      ...more,
    },
    KEY,
    { ...fpa, ...header },
  )

/** Runs with names on Object.prototype, as they are there once somebody has polluted it. */
function polluted(names, run) {
  for (const [name, value] of Object.entries(names))
    Object.defineProperty(Object.prototype, name, {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    })
  const clean = () => Object.keys(names).forEach((name) => delete Object.prototype[name])
  try {
    const result = run()
    return typeof result?.then === 'function'
      ? result.then(
          (value) => (clean(), value),
          (error) => {
            clean()
            throw error
          },
        )
      : (clean(), result)
  } catch (error) {
    clean()
    throw error
  }
}

// What must come of a call. `says`: what the message must hold, in any letter case; a list in it: one of these.
const typeError = (argument, ...says) => ({ throws: 'TypeError', argument, says })
const rangeError = (argument, ...says) => ({ throws: 'RangeError', argument, says })
const rejectsType = (argument, ...says) => ({ rejects: 'TypeError', argument, says })
const rejectsRange = (argument, ...says) => ({ rejects: 'RangeError', argument, says })
const unknown = (argument, option) => ({ throws: 'TypeError', argument, option }) // `option`: the one that is meant must be named, before any other
const rejectsUnknown = (argument, option) => ({ rejects: 'TypeError', argument, option })
const refused = (code, never = []) => ({ rejects: 'TokenError', code, never })
const works = (right = () => true) => ({ works: right })
const isToken = (text) => typeof text === 'string' && text.split('.').length === 3
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b)
const white = ['white space', 'whitespace', 'space', 'line feed', 'newline', 'line break']
const plain = ['plain', 'literal']

// ---- the calls ----

const entries = [
  // Secrets and SIDs
  {
    id: 'auth-token-undefined',
    about: 'an environment variable that is not set',
    source: 'https://github.com/nestjs/jwt/issues/1616',
    call: (lib) => new lib.TwilioCapability(AC, undefined),
    expect: typeError('authToken', 'environment'),
  },
  {
    id: 'account-undefined',
    about: 'the same for the account',
    source: 'https://github.com/TwilioDevEd/clicktocall-node/issues/15',
    call: (lib) => new lib.TwilioCapability(undefined, TOKEN),
    expect: typeError('accountSid', 'environment'),
  },
  {
    id: 'account-is-key',
    about: 'an API key where the account should be',
    source: 'https://github.com/twilio/twilio-node/issues/566',
    call: (lib) => new lib.TwilioCapability(SK, TOKEN),
    expect: typeError('accountSid', 'AC', ['SK', 'key']),
  },
  {
    id: 'account-and-key-swapped',
    about: 'key first, as the oldest examples had it',
    source: 'https://github.com/TwilioDevEd/video-access-token-server-node/issues/8',
    call: (lib) => new lib.AccessToken(SK, AC, KEY, { identity: 'alice' }),
    expect: typeError('accountSid', 'AC', ['SK', 'key', 'swapped']),
  },
  {
    id: 'key-is-account',
    about: 'the account as the key too, which Twilio refuses with 20103',
    source: 'https://www.twilio.com/docs/api/errors/20103',
    call: (lib) => new lib.AccessToken(AC, AC, KEY, { identity: 'alice' }),
    expect: typeError('keySid', 'SK', ['AC', 'account']),
  },
  {
    id: 'key-is-auth-token',
    about: '"TWILIO_AUTH_TOKEN, // aka API key"',
    source: 'https://github.com/twilio/twilio-node/issues/291',
    call: (lib) => new lib.AccessToken(AC, TOKEN, KEY, { identity: 'alice' }),
    expect: typeError('keySid', 'SK', ['secret', 'auth token']),
  },
  {
    id: 'key-and-secret-swapped',
    about: 'the secret of the key where its SID should be',
    source: 'https://github.com/TwilioDevEd/video-access-token-server-python/issues/2',
    call: (lib) => new lib.AccessToken(AC, KEY, SK, { identity: 'alice' }),
    expect: typeError('keySid', 'SK'),
  },
  {
    id: 'account-quoted',
    about: "'AC…'; copied from code into .env",
    source: 'https://github.com/TwilioDevEd/video-access-token-server-node/issues/28',
    call: (lib) => new lib.TwilioCapability(`'${AC}'`, TOKEN),
    expect: typeError('accountSid', 'AC', ['quote', 'quotation']),
  },
  {
    id: 'account-with-semicolon',
    about: 'AC…; copied with the end of its line',
    source: 'https://github.com/TwilioDevEd/video-access-token-server-node/issues/28',
    call: (lib) => new lib.TwilioCapability(`${AC};`, TOKEN),
    expect: typeError('accountSid', 'AC', ['35', '33', 'position', 'character']),
  },
  {
    id: 'workspace-cut',
    about: 'a SID that lost a character while it was copied: people count to 34',
    source: 'https://github.com/nash-md/twilio-contact-center/issues/33',
    call: (lib) => new lib.TaskRouterCapability(AC, TOKEN, WS.slice(0, 33)),
    expect: typeError('workspaceSid', 'WS', ['34', '32'], ['33', '31']),
  },
  {
    id: 'account-placeholder',
    about: 'ACXXXX… left from the documentation',
    source: 'https://www.twilio.com/docs/usage/secure-credentials',
    call: (lib) => new lib.TwilioCapability(`AC${'X'.repeat(32)}`, TOKEN),
    expect: typeError('accountSid', ['placeholder', 'hexadecimal']),
  },
  {
    id: 'auth-token-newline',
    about: 'a secret out of a file, with the line feed at its end',
    source: 'https://github.com/dgrijalva/jwt-go/issues/81',
    call: (lib) => new lib.TwilioCapability(AC, `${TOKEN}\n`),
    expect: typeError('authToken', white),
  },
  {
    id: 'key-secret-space',
    about: 'a secret that was pasted with a space before it',
    source: 'https://usesherlock.ai/errors/twilio-20003',
    call: (lib) => new lib.AccessToken(AC, SK, ` ${KEY}`, { identity: 'alice' }),
    expect: typeError('keySecret', white),
  },
  {
    id: 'auth-token-quoted',
    about: 'a secret that still has the quotes of its .env file',
    source: 'https://github.com/twilio/twilio-node/issues/566',
    call: (lib) => new lib.TwilioCapability(AC, `"${TOKEN}"`),
    expect: typeError('authToken', ['quote', 'quotation']),
  },
  {
    id: 'key-secret-bom',
    about: 'an invisible mark before a secret',
    source: 'https://github.com/1jehuang/jcode/issues/376',
    call: (lib) => new lib.AccessToken(AC, SK, `\uFEFF${KEY}`, { identity: 'alice' }),
    expect: typeError('keySecret', ['byte order mark', 'BOM', 'invisible', ...white]),
  },
  {
    id: 'key-secret-is-sid',
    about: 'one value for both, SID and secret',
    source: 'https://github.com/twilio/twilio-node/issues/559',
    call: (lib) => new lib.AccessToken(AC, SK, SK, { identity: 'alice' }),
    expect: typeError('keySecret', 'SID'),
  },
  {
    id: 'auth-token-placeholder',
    about: 'your_auth_token left from the documentation',
    source: 'https://www.twilio.com/docs/usage/secure-credentials',
    call: (lib) => new lib.TwilioCapability(AC, 'your_auth_token'),
    expect: typeError('authToken', 'placeholder'),
  },
  {
    id: 'auth-token-promise',
    about: 'a secret store whose answer was not awaited',
    source: 'https://github.com/fastify/fastify-jwt/pull/142',
    call: (lib) => new lib.TwilioCapability(AC, Promise.resolve(TOKEN)),
    expect: typeError('authToken', 'await'),
  },

  // Who the token is for
  {
    id: 'identity-missing',
    about: 'options without an identity',
    source: 'https://github.com/twilio/twilio-node/issues/595',
    call: (lib) => new lib.AccessToken(AC, SK, KEY, {}),
    expect: typeError('identity', ['string', 'text', 'missing', 'required']),
  },
  {
    id: 'options-missing',
    about: 'no options: the identity set afterwards, as it was before twilio-node 4',
    source: 'https://github.com/twilio/voice-quickstart-android/issues/602',
    call: (lib) => new lib.AccessToken(AC, SK, KEY),
    expect: typeError(/^(options|identity)$/, 'identity'),
  },
  {
    id: 'identity-number',
    about: "a database's number",
    source: 'https://github.com/twilio/twilio-node/issues/438',
    call: (lib) => new lib.AccessToken(AC, SK, KEY, { identity: 42 }),
    expect: typeError('identity', ['string', 'text']),
  },
  {
    id: 'client-name-number',
    about: 'the same in a capability token',
    source: 'https://github.com/twilio/twilio-ruby/issues/415',
    call: (lib) => capability(lib).allowClientIncoming(34),
    expect: typeError('clientName', ['string', 'text']),
  },
  {
    id: 'voice-identity-space',
    about: 'a display name: fine for video, refused with a voice grant',
    source: 'https://github.com/twilio/voice-quickstart-objc/issues/43',
    call: (lib) =>
      new lib.AccessToken(AC, SK, KEY, { identity: 'Alice Smith' }).grantVideo().grantVoice(),
    expect: typeError('identity', 'space'),
  },
  {
    id: 'chat-identity-address',
    about: 'an e-mail address as identity',
    source: 'https://github.com/twilio/TwilioChatXamarinBindings/issues/29',
    call: (lib) =>
      new lib.AccessToken(AC, SK, KEY, { identity: 'ada@example.com' })
        .grantChat({ serviceSid: IS })
        .claims().grants,
    expect: works(
      ({ identity, chat }) => identity === 'ada@example.com' && chat.service_sid === IS,
    ),
  },

  // Names that are another library's
  {
    id: 'constructor-ttl',
    about: "twilio-node's ttl",
    source: 'https://github.com/twilio/twilio-node/issues/291',
    call: (lib) => access(lib, { ttl: 86_400 }),
    expect: typeError('ttl', 'expires', 'generate'),
  },
  {
    id: 'constructor-number',
    about: 'the lifetime as fourth argument',
    source: 'https://github.com/twilio/twilio-node/issues/291',
    call: (lib) => new lib.AccessToken(AC, SK, KEY, 3600 * 24),
    expect: typeError('options', ['identity', 'expires']),
  },
  {
    id: 'constructor-nbf',
    about: 'the claim for the option',
    source: 'https://github.com/philnash/twilio-video-react-hooks/issues/71',
    call: (lib) => access(lib, { nbf: NOW }),
    expect: unknown('nbf', 'notBefore'),
  },
  {
    id: 'generate-number',
    about: 'the lifetime itself',
    source: 'https://github.com/twilio/twilio-csharp/issues/396',
    call: (lib) => capability(lib).generate(600),
    expect: rejectsType('options', 'expires'),
  },
  {
    id: 'generate-ttl',
    about: "twilio-python's and -node's ttl",
    source: 'https://github.com/twilio/twilio-node/pull/385',
    call: (lib) => access(lib).generate({ ttl: 600 }),
    expect: rejectsUnknown('ttl', 'expires'),
  },
  {
    id: 'generate-expiresIn',
    about: "jsonwebtoken's expiresIn",
    source: 'https://github.com/auth0/node-jsonwebtoken/issues/166',
    call: (lib) => capability(lib).generate({ expiresIn: 60 }),
    expect: rejectsUnknown('expiresIn', 'expires'),
  },
  {
    id: 'voice-snake-case',
    about: "the wire's name, and Ruby's",
    source: 'https://github.com/TwilioDevEd/api-snippets/pull/725',
    call: (lib) => access(lib).grantVoice({ outgoing_application_sid: AP }),
    expect: unknown('outgoing_application_sid', 'outgoingApplicationSid'),
  },
  {
    id: 'voice-applicationSid',
    about: "the capability scope's name",
    source: 'https://github.com/microsoft/Dynamics365-Apps-Samples/issues/26',
    call: (lib) => access(lib).grantVoice({ applicationSid: AP }),
    expect: unknown('applicationSid', 'outgoingApplicationSid'),
  },
  {
    id: 'voice-wire',
    about: 'the grant as it stands in a token',
    source: 'https://github.com/twilio/twilio-node/pull/334',
    call: (lib) => access(lib).grantVoice({ incoming: { allow: true } }),
    expect: unknown('incoming', 'incomingAllow'),
  },
  {
    id: 'voice-misspelt',
    about: 'a misspelling that stood in twilio-java itself',
    source: 'https://github.com/twilio/twilio-java/pull/276',
    call: (lib) =>
      access(lib).grantVoice({ outgoingApplicationSid: AP, outgiongApplicationParams: { a: 1 } }),
    expect: unknown('outgiongApplicationParams', 'outgoingApplicationParams'),
  },
  {
    id: 'video-roomName',
    about: 'roomName: a room for everybody, where it is ignored',
    source: 'https://github.com/livekit/livekit/issues/3566',
    call: (lib) => access(lib).grantVideo({ roomName: 'standup' }),
    expect: unknown('roomName', 'room'),
  },
  {
    id: 'video-profile',
    about: 'an option of years ago',
    source: 'https://github.com/TwilioDevEd/video-access-token-server-php/issues/16',
    call: (lib) => access(lib).grantVideo({ configurationProfileSid: `VS${'0'.repeat(32)}` }),
    expect: typeError('configurationProfileSid'),
  },
  {
    id: 'chat-service_sid',
    about: "Python's name",
    source: 'https://github.com/twilio/twilio-python/issues/388',
    call: (lib) => access(lib).grantChat({ service_sid: IS }),
    expect: unknown('service_sid', 'serviceSid'),
  },

  // Values
  {
    id: 'expires-milliseconds',
    about: 'a lifetime in milliseconds',
    source: 'https://github.com/iress/cloudfront-auth/pull/9',
    call: (lib) => access(lib).generate({ expires: 3_600_000 }),
    expect: rejectsRange('expires', 'milliseconds'),
  },
  {
    id: 'expires-text',
    about: "an environment variable's digits",
    source: 'https://github.com/auth0/node-jsonwebtoken/issues/456',
    call: (lib) => access(lib).generate({ expires: '86400' }),
    expect: rejectsType('expires', 'seconds'),
  },
  {
    id: 'expires-span',
    about: "vercel/ms's spans",
    source: 'https://github.com/nearform/fast-jwt/issues/363',
    call: (lib) => capability(lib).generate({ expires: '10h' }),
    expect: rejectsType('expires', 'seconds'),
  },
  {
    id: 'expires-zero',
    about: '0 for never',
    source: 'https://github.com/auth0/node-jsonwebtoken/issues/417',
    call: (lib) => capability(lib).generate({ expires: 0 }),
    expect: rejectsRange('expires', ['86400', '86,400']),
  },
  {
    id: 'expires-two-days',
    about: '48 hours',
    source: 'https://github.com/twilio/video-quickstart-js/issues/77',
    call: (lib) => access(lib).generate({ expires: 172_800 }),
    expect: rejectsRange('expires', ['86400', '86,400']),
  },
  {
    id: 'expires-undefined',
    about: 'an option that is there and undefined is as if left out',
    source: 'https://github.com/auth0/node-jsonwebtoken/issues/417',
    call: (lib) => capability(lib).claims({ expires: undefined, now: NOW }),
    expect: works(({ exp }) => exp === NOW + 3600),
  },
  {
    id: 'incoming-allow-text',
    about: "a form's or an environment's 'true'",
    source: 'https://github.com/twilio/twilio-node/pull/334',
    call: (lib) => access(lib).grantVoice({ incomingAllow: 'true' }),
    expect: typeError('incomingAllow', ['boolean', 'true or false']),
  },
  {
    id: 'sync-service-undefined',
    about: 'a service that is not configured',
    source: 'https://github.com/TwilioDevEd/sdk-starter-node/pull/30',
    call: (lib) => access(lib).grantSync({ serviceSid: undefined }),
    expect: typeError('serviceSid', 'environment'),
  },
  {
    id: 'push-credential-short',
    about: '"kkk" as a push credential',
    source: 'https://github.com/twilio/TwilioChatXamarinBindings/issues/29',
    call: (lib) => access(lib).grantVoice({ pushCredentialSid: 'kkk' }),
    expect: typeError('pushCredentialSid', 'CR'),
  },
  {
    id: 'voice-class-instance',
    about: "twilio-node's grant object in place of its options",
    source: 'https://github.com/lkaric/nestjs-twilio/issues/57',
    call: (lib) => {
      class VoiceGrant {
        incomingAllow = true
        key = 'voice'
        toPayload() {}
      }
      return access(lib).grantVoice(new VoiceGrant())
    },
    expect: typeError('options', plain),
  },
  {
    id: 'params-search-params',
    about: 'URLSearchParams hold nothing that JSON or Object.keys sees',
    source: 'https://github.com/polyfillpolyfill/polyfill-service/issues/2396',
    call: (lib) => capability(lib).allowClientOutgoing(AP, new URLSearchParams('a=1')),
    expect: typeError('params', plain),
  },
  {
    id: 'region-edge',
    about: 'an edge for a region',
    source: 'https://www.twilio.com/docs/global-infrastructure/understanding-edge-locations',
    call: (lib) => access(lib, { region: 'dublin' }),
    expect: typeError('region', 'ie1'),
  },
  {
    id: 'region-capitals',
    about: 'a region as the console shows it',
    source: 'https://github.com/twilio/video-quickstart-js/issues/11',
    call: (lib) => access(lib, { region: 'IE1' }),
    expect: typeError('region', 'ie1'),
  },
  {
    id: 'not-before-milliseconds',
    about: 'Date.now() for a time',
    source: 'https://github.com/auth0/node-jsonwebtoken/issues/436',
    call: (lib) => access(lib, { notBefore: NOW * 1000 }),
    expect: rangeError('notBefore', 'milliseconds'),
  },

  // Reading back
  {
    id: 'verify-promise',
    about: 'a token that was not awaited',
    source: 'https://github.com/Techofficer/node-apple-signin/pull/1',
    call: (lib) => lib.verify(capability(lib).generate(), TOKEN),
    expect: rejectsType('token', 'await'),
  },
  {
    id: 'verify-bearer',
    about: 'the whole header',
    source: 'https://github.com/auth0/node-jsonwebtoken/issues/977',
    call: (lib) => lib.verify(`Bearer ${capToken()}`, TOKEN, { now: NOW }),
    expect: refused('ERR_TOKEN_MALFORMED', [capToken()]),
  },
  {
    id: 'verify-tolerance-text',
    about: 'a text for the tolerance, which made jsonwebtoken accept what had expired',
    source: 'https://github.com/auth0/node-jsonwebtoken/issues/606',
    call: (lib) => lib.verify(capToken(), TOKEN, { now: NOW, clockTolerance: '5' }),
    expect: rejectsType('clockTolerance', 'seconds'),
  },
  {
    id: 'verify-tolerance-huge',
    about: 'a tolerance that switches the expiry off',
    source: 'https://github.com/auth0/node-jsonwebtoken/issues/1021',
    call: (lib) => lib.verify(capToken(), TOKEN, { now: NOW, clockTolerance: 86_401 }),
    expect: rejectsRange('clockTolerance', ['86400', '86,400']),
  },
  {
    id: 'verify-foreign-option',
    about: "passport's and jsonwebtoken's option",
    source: 'https://github.com/dwyl/hapi-auth-jwt2/issues/239',
    call: (lib) => lib.verify(capToken(), TOKEN, { now: NOW, ignoreExpiration: true }),
    expect: rejectsType('ignoreExpiration'),
  },
  {
    id: 'verify-by-issuer',
    about: 'a function from the issuer to its secret, asked once',
    source: 'https://github.com/mikenicholson/passport-jwt/issues/37',
    call: async (lib) => {
      const asked = []
      const contents = await lib.verify(
        capToken(),
        async (...args) => {
          asked.push(args)
          return TOKEN
        },
        { now: NOW },
      )
      return { asked, contents }
    },
    expect: works(({ asked, contents }) => same(asked, [[AC]]) && contents.accountSid === AC),
  },
  {
    id: 'verify-unknown-issuer',
    about: 'a function that does not know the issuer',
    source: 'https://github.com/auth0/node-jsonwebtoken/pull/547',
    call: (lib) => lib.verify(capToken(), () => undefined, { now: NOW }),
    expect: refused('ERR_TOKEN_SIGNATURE'),
  },
  {
    id: 'verify-secrets-object',
    about: 'an object from issuers to secrets, as was proposed for jsonwebtoken',
    source: 'https://github.com/auth0/node-jsonwebtoken/issues/238',
    call: (lib) => lib.verify(capToken(), { [AC]: TOKEN }, { now: NOW }),
    expect: rejectsType('secret'),
  },
  {
    id: 'verify-kind',
    about: 'the one kind of token where the other is wanted',
    source: 'https://github.com/auth0/node-jsonwebtoken/issues/1004',
    call: (lib) => lib.verify(capToken(), TOKEN, { now: NOW, kind: 'access' }),
    expect: refused('ERR_TOKEN_CLAIM'),
  },
  {
    id: 'verify-exp-milliseconds',
    about: 'an exp that lies 50,000 years ahead',
    source: 'https://github.com/jsonwebtoken/jsonwebtoken.github.io/issues/421',
    call: (lib) => lib.verify(capToken({ exp: NOW * 1000 }), TOKEN, { now: NOW }),
    expect: refused('ERR_TOKEN_CLAIM'),
  },
  {
    id: 'verify-nbf-text',
    about: 'a date as nbf',
    source: 'https://github.com/jwt-dotnet/jwt/issues/146',
    call: (lib) => lib.verify(capToken({ nbf: '2017-12-21T00:00:00Z' }), TOKEN, { now: NOW }),
    expect: refused('ERR_TOKEN_CLAIM'),
  },
  {
    id: 'verify-typ',
    about: 'a header of another kind of token',
    source: 'https://github.com/qauth-labs/qauth/issues/283',
    call: (lib) => lib.verify(capToken({}, { alg: 'HS256', typ: 'at+jwt' }), TOKEN, { now: NOW }),
    expect: refused('ERR_TOKEN_CLAIM'),
  },
  {
    id: 'verify-long',
    about: 'a token that is made to be expensive',
    source: 'https://github.com/auth0/node-jsonwebtoken/issues/212',
    call: (lib) => lib.verify(capToken({ x: 'x'.repeat(50_000) }), TOKEN, { now: NOW }),
    expect: refused('ERR_TOKEN_MALFORMED'),
  },
  {
    id: 'from-inspected',
    about: 'new rights out of what a stranger wrote',
    source: 'contract: Access tokens',
    call: (lib) => lib.AccessToken.fromCapability(lib.inspect(capToken()), SK, KEY),
    expect: typeError('capability', 'verify'),
  },
  {
    id: 'from-verified',
    about: 'the way over, for a token that was checked',
    source: 'https://www.twilio.com/docs/voice/sdks/javascript/migrating-capability-token',
    call: async (lib) =>
      lib.AccessToken.fromCapability(
        await lib.verify(capToken(), TOKEN, { now: NOW }),
        SK,
        KEY,
      ).claims().grants,
    expect: works((grants) =>
      same(grants, { identity: 'alice', voice: { incoming: { allow: true } } }),
    ),
  },
  {
    id: 'voice-view',
    about: 'rights read back under the names that granted them',
    source: 'https://github.com/twilio/voice-quickstart-android/issues/108',
    call: async (lib) => {
      const o = {
        incomingAllow: true,
        outgoingApplicationSid: AP,
        outgoingApplicationParams: { city: 'Oslo' },
        endpointId: 'phone',
      }
      const { voice } = await lib.verify(await access(lib).grantVoice(o).generate(), KEY, {
        kind: 'access',
      })
      return { o, voice, again: access(lib).grantVoice(voice).claims().grants.voice }
    },
    expect: works(
      ({ o, voice, again }, lib) =>
        Object.keys(o).every((key) => same(voice[key], o[key])) &&
        Object.keys(voice).length === 4 &&
        same(again, access(lib).grantVoice(o).claims().grants.voice),
    ),
  },
  {
    id: 'polluted-claims',
    about: 'a claim that only a polluted prototype has',
    source: 'https://github.com/jwtk/njwt/issues/105',
    call: (lib) =>
      polluted({ exp: NOW + 600 }, () =>
        lib.verify(token({ scope, iss: AC }), TOKEN, { now: NOW }),
      ),
    expect: refused('ERR_TOKEN_CLAIM'),
  },

  // What must stay fine
  {
    id: 'fine-examples',
    about: "the examples of Twilio's docs and test suites",
    source: 'https://github.com/twilio/twilio-python/blob/main/tests/unit/jwt/test_client.py',
    call: (lib) => [
      new lib.TwilioCapability('AC123', 'XXXXX')
        .allowClientOutgoing('AP123', { foobar: 3 })
        .claims({ now: NOW }),
      new lib.AccessToken('AC123123', 'SK123123', 'secret', { identity: 'bender' })
        .grantChat({ serviceSid: 'IS123', pushCredentialSid: 'CR123' })
        .claims(),
    ],
    expect: works(
      ([cap, claims]) =>
        cap.scope === 'scope:client:outgoing?appParams=foobar%3D3&appSid=AP123' &&
        claims.sub === 'AC123123',
    ),
  },
  {
    id: 'fine-readme',
    about: 'secrets that are a sentence, as our own examples have them',
    source: 'contract: Capability tokens',
    call: (lib) =>
      new lib.TwilioCapability('AC123123', 'the auth token of that account')
        .allowClientIncoming('Alice')
        .allowClientOutgoing('APabe7650f654fc34655fc81ae71caa3ff')
        .generate({ expires: 600 }),
    expect: works(isToken),
  },
  {
    id: 'fine-undefined-options',
    about: 'options that only tune are as if left out; params too, and {}',
    source: 'https://github.com/auth0/node-jsonwebtoken/issues/417',
    call: (lib) =>
      access(lib, { region: undefined, notBefore: undefined })
        .grantVoice({ outgoingApplicationSid: AP, outgoingApplicationParams: { city: undefined } })
        .grantVideo({})
        .grantChat({})
        .claims({ expires: undefined }).grants,
    expect: works(
      (grants) =>
        same(Object.keys(grants), ['identity', 'voice', 'video', 'chat']) && same(grants.video, {}),
    ),
  },
  {
    id: 'room-undefined',
    about: 'a room that is undefined would be any room',
    source: 'https://github.com/twilio/twilio-video.js/issues/1238',
    call: (lib) => access(lib).grantVideo({ room: undefined }),
    expect: typeError('room'),
  },
  {
    id: 'application-undefined',
    about: 'an application that is not configured: the client could not place a call',
    source: 'https://github.com/twilio/voice-quickstart-android/issues/209',
    call: (lib) =>
      access(lib).grantVoice({ incomingAllow: true, outgoingApplicationSid: undefined }),
    expect: typeError('outgoingApplicationSid', 'environment'),
  },
  {
    id: 'taskrouter-query_filter',
    about: "the wire's and twilio-node's name for a filter",
    source: 'https://www.twilio.com/docs/taskrouter/js-sdk/workspace/constructing-jwts',
    call: (lib) =>
      worker(lib).allow(`https://taskrouter.twilio.com/v1/Workspaces/${WS}/Tasks/**`, 'POST', {
        post_filter: {},
      }),
    expect: unknown('post_filter', 'postFilter'),
  },
  {
    id: 'taskrouter-worker-as-workspace',
    about: 'a worker where the workspace should be',
    source: 'https://github.com/TwilioDevEd/api-snippets/pull/588',
    call: (lib) => new lib.TaskRouterCapability(AC, TOKEN, WK),
    expect: typeError('workspaceSid', 'WS'),
  },
  {
    id: 'diagnose-secret',
    about: 'the secret itself in place of { secret }',
    source: 'contract: What diagnose knows',
    call: (lib) => lib.diagnose(capToken(), TOKEN),
    expect: rejectsType('options', 'secret'),
  },
  {
    id: 'webhook-order',
    about: "the order of twilio-node's validateRequest",
    source: 'https://github.com/twilio/twilio-node/issues/413',
    needs: 'verifyWebhook',
    call: (lib) => lib.verifyWebhook(TOKEN, new Request('https://app.example/voice')),
    expect: rejectsType('request', 'Request'),
  },
  {
    id: 'webhook-auth-token-undefined',
    about: 'a check without its secret',
    source: 'https://github.com/twilio/twilio-node/issues/1068',
    needs: 'verifyWebhook',
    call: (lib) =>
      lib.verifyWebhook(new Request('https://app.example/voice', { method: 'POST' }), undefined),
    expect: rejectsType('authToken', 'environment'),
  },
]

// ---- how they are judged ----

const { pathToFileURL } = await import('node:url')
const { resolve } = await import('node:path')
const { inspect: show } = await import('node:util')
const [path, only] = process.argv.slice(2)
if (!path) throw new Error('usage: node FILE path/to/dist/index.js [part of an id]')
const lib = await import(pathToFileURL(resolve(path)))

/** Everything that an error says to anybody: its texts, its properties, its causes. */
function allOf(error, seen = []) {
  if (typeof error !== 'object' || error === null || seen.includes(error)) return ''
  const texts = [
    error.message,
    error.stack,
    String(error),
    JSON.stringify(error),
    show(error, { depth: 9, showHidden: true }),
  ]
  for (const key of Reflect.ownKeys(error)) texts.push(String(key), String(error[key]))
  return texts.join('\n') + allOf(error.cause, [...seen, error])
}

/** A secret counts as shown when eight characters of it in a row are. */
const pieces = secrets.flatMap((secret) =>
  Array.from({ length: secret.length - 7 }, (_, i) => secret.slice(i, i + 8)),
)

/** Options whose names are no words of English: in front of the one that is meant they would mislead. */
const optionNames =
  'notBefore incomingAllow outgoingApplicationSid outgoingApplicationParams pushCredentialSid endpointId serviceSid deploymentRoleSid workspaceSid workerSid clockTolerance queryFilter postFilter sharedKeys'.split(
    ' ',
  )

function judgeError(error, expect) {
  const bad = []
  const name = expect.throws ?? expect.rejects
  const classes = {
    TypeError,
    RangeError,
    TokenError: lib.TokenError,
    WebhookError: lib.WebhookError,
  }
  const names = Array.isArray(name) ? name : [name]
  if (!names.some((one) => error?.name === one && classes[one] && error instanceof classes[one]))
    bad.push(`${error?.name ?? error}, not ${names.join(' or ')}`)
  if (expect.code && ![expect.code].flat().includes(error?.code))
    bad.push(`code ${error?.code}, not ${expect.code}`)
  const text = String(error?.message)
  const has = (part) => text.toLowerCase().includes(part.toLowerCase())
  if (expect.argument !== undefined) {
    const right =
      expect.argument instanceof RegExp
        ? expect.argument.test(error?.argument)
        : error?.argument === expect.argument
    if (!right) bad.push(`argument ${error?.argument}, not ${expect.argument}`)
  }
  for (const part of expect.says ?? [])
    if (![part].flat().some(has)) bad.push(`does not say ${[part].flat().join(' or ')}`)
  if (expect.option) {
    const at = (name) => text.search(new RegExp(`(?<![\\w$])${name}(?![\\w$])`))
    if (at(expect.option) < 0) bad.push(`does not name ${expect.option}`)
    if (at(expect.argument) < 0) bad.push(`does not name ${expect.argument}`)
    const earlier = optionNames.filter(
      (name) =>
        name !== expect.option &&
        name !== expect.argument &&
        at(name) >= 0 &&
        at(name) < at(expect.option),
    )
    if (earlier.length > 0) bad.push(`names ${earlier.join(', ')} before ${expect.option}`)
  }
  const everything = allOf(error)
  for (const part of expect.never ?? [])
    if (everything.includes(part)) bad.push(`says what it must not: ${part.slice(0, 24)}`)
  if (pieces.some((piece) => everything.includes(piece))) bad.push('shows a secret')
  return bad.length > 0 && error instanceof Error ? [...bad, `(${text.slice(0, 160)})`] : bad
}

async function judge({ call, expect }) {
  let result
  try {
    result = call(lib)
  } catch (error) {
    return expect.throws ? judgeError(error, expect) : [`threw at once: ${error}`.slice(0, 200)]
  }
  if (expect.throws) {
    result?.then?.(undefined, () => {})
    return [
      typeof result?.then === 'function'
        ? 'gave a promise where it must throw at once'
        : 'was accepted',
    ]
  }
  try {
    result = await result
  } catch (error) {
    return expect.rejects ? judgeError(error, expect) : [`was refused: ${error}`.slice(0, 200)]
  }
  if (expect.rejects) return ['was accepted']
  const right = await expect.works(result, lib)
  return right ? [] : [`gave ${show(result, { depth: 6, breakLength: Infinity }).slice(0, 200)}`]
}

let met = 0
let count = 0
const skipped = []
if (new Set(entries.map(({ id }) => id)).size !== entries.length)
  throw new Error('an id stands twice')
for (const entry of entries) {
  if (only && !entry.id.includes(only)) continue
  if (entry.needs && lib[entry.needs] === undefined) {
    skipped.push(entry.id)
    continue
  }
  count++
  let bad
  try {
    bad = await judge(entry)
  } catch (error) {
    bad = [`the judge fell over: ${error}`]
  }
  if (bad.length === 0) met++
  else console.log(`${entry.id}: ${entry.about}\n  ${bad.join('; ')}`)
}
if (skipped.length > 0)
  console.log(`left out, for the library has no such export yet: ${skipped.join(', ')}`)
console.log(`${met} of ${count}`)
process.exit(met === count ? 0 : 1)
