// What a rule reports, under which of Twilio's error codes: https://www.twilio.com/docs/api/errors

/**
 * The id of a rule: a stable name for programs, whereas one of Twilio's codes can cover a dozen different mistakes.
 *
 * @see https://www.twilio.com/docs/api/errors
 */
export type Rule =
  /** The token is inside something else, such as quotes, a header line, JSON or white space. What is inside is judged too. */
  | 'text-wrapped'
  /** A part is in the ordinary alphabet of base64, with `+` and `/`, or has padding. */
  | 'text-base64'
  /** The token was cut: it has two parts or one, an ellipsis, or JSON or base64 that ends early. */
  | 'text-cut'
  /** Header or claims are not a JSON object in UTF-8, or have a byte order mark before it. */
  | 'text-json'
  /** Five parts: an encrypted token (JWE), as Flex uses. Its contents cannot be read. */
  | 'text-encrypted'
  /** The pasted text has more than 65,536 characters. */
  | 'text-long'
  /** The text is not a token at all. `detail` states what it looks like. */
  | 'text-other'
  /** A member appears twice in one object, and parsers disagree about which value to use. */
  | 'text-duplicate'
  /** `alg` is not HS256. */
  | 'header-alg'
  /** `typ` is not `JWT`. In an access token, a missing `typ` counts too. */
  | 'header-typ'
  /** `cty` does not fit the token: an access token has `twilio-fpa;v=1`, and no other token has it. */
  | 'header-cty'
  /** The header has `crit`, but Twilio knows no extension. */
  | 'header-crit'
  /** `twr` is not a region: it is in capitals, an edge, or another word. */
  | 'header-region'
  /** The token has no grants, scope or policies, so it is not one of Twilio's. */
  | 'kind-unknown'
  /** The token is a capability token. Twilio has deprecated them. */
  | 'kind-deprecated'
  /** `iss` or `sub` is missing, empty or null. */
  | 'party-missing'
  /** `iss` or `sub` is not a SID: wrong length, white space, a lower-case prefix or another word. */
  | 'party-form'
  /** `iss` or `sub` is a SID of another kind. */
  | 'party-kind'
  /** `iss` and `sub` are exchanged. */
  | 'party-swapped'
  /** `iss` or `sub` is a placeholder that was never filled in. */
  | 'party-placeholder'
  /** `jti` is not a string. */
  | 'jti-form'
  /** A secret is in the header or the claims, where everybody can read it. In `iss` and `sub`, the codes are 20103 and 31203. */
  | 'secret-exposed'
  /** `exp` is missing. */
  | 'time-missing'
  /** `exp` is not a whole number, or `nbf` or `iat` is not a number. For `nbf` and `iat`, the codes are 20101 and 31204. */
  | 'time-form'
  /** A time is in milliseconds instead of seconds. For `nbf` and `iat`, the code is 20105. */
  | 'time-milliseconds'
  /** `exp` is a lifetime instead of a point in time. */
  | 'time-relative'
  /** `exp` is not after `nbf` or `iat`, so the token is never valid. */
  | 'time-order'
  /** The token has expired. */
  | 'time-expired'
  /** The token is valid for more than 24 hours. */
  | 'time-long'
  /** The token is valid for exactly 24 hours, so clock skew can push it over the limit. */
  | 'time-limit'
  /** `nbf` or `iat` is ahead of the current time. */
  | 'time-future'
  /** `nbf` equals `iat`, so a client whose clock is behind rejects a new token. */
  | 'time-skew'
  /** The grants have no identity. */
  | 'identity-missing'
  /** An identity or client name is empty or not a string. */
  | 'identity-form'
  /** The identity is not in the grants, but beside them, inside a grant, or in `sub`. */
  | 'identity-place'
  /** A client name, or an identity with a voice grant, has characters that a client cannot have. */
  | 'identity-characters'
  /** An identity or client name has more than 256 characters. */
  | 'identity-length'
  /** An identity or client name is a placeholder, such as `undefined` or `{{identity}}`. */
  | 'identity-placeholder'
  /** Only newer SDKs accept the client name: not all of it is letters, digits and `_`, or it has more than 121 characters. */
  | 'identity-portable'
  /** An access token has no grants. */
  | 'grants-missing'
  /** The grants are not an object. */
  | 'grants-form'
  /** The grants are empty, or contain only an identity. */
  | 'grants-empty'
  /** A grant has another name on the wire. */
  | 'grant-name'
  /** A grant, or the endpoint of a chat grant, belongs to a product that Twilio has ended. */
  | 'grant-retired'
  /** A grant is not an object. */
  | 'grant-form'
  /** A grant has a member that Twilio does not know. It is an error if a known member is meant. */
  | 'grant-member-name'
  /** A member of a grant has the wrong type, or is null or empty. */
  | 'grant-member-type'
  /** A member of a grant is not a SID of its kind. */
  | 'grant-member-sid'
  /** A member of a grant is a placeholder, such as `undefined` or `{{room}}`. */
  | 'grant-member-placeholder'
  /** A grant lacks a member that it needs. */
  | 'grant-member-missing'
  /** A voice grant allows neither incoming nor outgoing calls. */
  | 'grant-nothing'
  /** `scope` is not a string. */
  | 'scope-form'
  /** `scope` is empty or missing, so the token allows nothing. */
  | 'scope-empty'
  /** A scope is not one of Twilio's. */
  | 'scope-name'
  /** The query of a scope lacks a name, has an unknown one, or has one twice. */
  | 'scope-member'
  /** `appSid` is not the SID of a TwiML application. */
  | 'scope-sid'
  /** A scope has malformed percent-encoding, or params that are encoded once instead of twice. */
  | 'scope-encoding'
  /** `policies` is not a list of objects. */
  | 'policy-form'
  /** A member of a policy, or a claim that a TaskRouter token needs, is missing or has the wrong type. */
  | 'policy-member'
  /** The third part is not base64url of 32 bytes. */
  | 'signature-length'
  /** The token was signed with another form of a given secret, with a SID, or with a secret that was never set. */
  | 'signature-secret'
  /** The token was signed with SHA-384 or SHA-512, although `alg` is HS256. */
  | 'signature-algorithm'
  /** The signature was encoded as hexadecimal, or encoded twice. */
  | 'signature-encoding'
  /** Something else was signed: padded or ordinary base64, the JSON itself, or only the claims. */
  | 'signature-input'
  /** No secret that was given has signed the token. */
  | 'signature-wrong'

/** One mistake in a token, or one thing that works only today or only with some clients. */
export interface Finding {
  /** The rule that yields the finding. */
  rule: Rule
  /** Twilio's error code. */
  code: number
  /** `error`: Twilio rejects the token, or the token reveals a secret. `warning`: Twilio accepts it today, or from some clients. */
  severity: 'error' | 'warning'
  /**
   * The place of the mistake, as a JSON pointer (RFC 6901) into `{ header, claims, signature }`. If something is missing, this is
   * where it should be. Empty for the string as a whole.
   */
  pointer: string
  /** The meaning of the code, in Twilio's words. */
  title: string
  /** What is wrong in this token. */
  detail: string
  /** How to fix it. */
  fix: string
}

/** The codes of a rule: Voice answers capability tokens with its own; TaskRouter tokens have those of access tokens. */
export type Codes = readonly [access: Code, capability: Code]

/** A finding before the kind of the token selects its code. */
export interface Draft extends Pick<Finding, 'rule' | 'severity' | 'pointer' | 'detail' | 'fix'> {
  codes: Codes
}

const titles = {
  20101: 'Invalid access token',
  20102: 'Invalid access token header',
  20103: 'Invalid access token issuer or subject',
  20104: 'Access token expired, or its expiration date is invalid',
  20105: 'Access token not yet valid',
  20106: 'Invalid access token grants',
  20107: 'Invalid access token signature',
  20157: 'Expiration time exceeds the maximum',
  31105: 'Invalid client name',
  31202: 'JWT signature validation failed',
  31203: 'No valid account',
  31204: 'Invalid JWT token',
  31205: 'JWT token expired',
  31207: 'JWT token expiration too long',
  51003: 'Identity too long',
}
type Code = keyof typeof titles

/** The codes of what is wrong with the form of a token. */
export const formCodes: Codes = [20101, 31204]

const tokenCodes: Codes = [20101, 20101]
const headerCodes: Codes = [20102, 31204]
const partyCodes: Codes = [20103, 31203]
const expiryCodes: Codes = [20104, 31205]
const tooLongCodes: Codes = [20157, 31207]
const startCodes: Codes = [20105, 20105]
const identityCodes: Codes = [20106, 31105]
const nameCodes: Codes = [31105, 31105]
const grantCodes: Codes = [20106, 20106]
const scopeCodes: Codes = [31204, 31204]
const signatureCodes: Codes = [20107, 31202]

/** The codes of every rule, in the order in which findings are returned. A rule with other codes in some cases states them. */
export const codesOf: Readonly<Record<Rule, Codes>> = {
  'text-wrapped': tokenCodes,
  'text-base64': tokenCodes,
  'text-cut': tokenCodes,
  'text-json': tokenCodes,
  'text-encrypted': tokenCodes,
  'text-long': tokenCodes,
  'text-other': tokenCodes,
  'text-duplicate': formCodes,
  'header-alg': headerCodes,
  'header-typ': headerCodes,
  'header-cty': headerCodes,
  'header-crit': headerCodes,
  'header-region': headerCodes,
  'kind-unknown': tokenCodes,
  'kind-deprecated': tokenCodes,
  'party-missing': partyCodes,
  'party-form': partyCodes,
  'party-kind': partyCodes,
  'party-swapped': partyCodes,
  'party-placeholder': partyCodes,
  'jti-form': formCodes,
  'secret-exposed': formCodes,
  'time-missing': [20104, 31204],
  'time-form': [20104, 31204],
  'time-milliseconds': tooLongCodes,
  'time-relative': expiryCodes,
  'time-order': expiryCodes,
  'time-expired': expiryCodes,
  'time-long': tooLongCodes,
  'time-limit': tooLongCodes,
  'time-future': startCodes,
  'time-skew': startCodes,
  'identity-missing': identityCodes,
  'identity-form': identityCodes,
  'identity-place': identityCodes,
  'identity-characters': nameCodes,
  'identity-length': [51003, 31105],
  'identity-placeholder': identityCodes,
  'identity-portable': nameCodes,
  'grants-missing': grantCodes,
  'grants-form': grantCodes,
  'grants-empty': grantCodes,
  'grant-name': grantCodes,
  'grant-retired': grantCodes,
  'grant-form': grantCodes,
  'grant-member-name': grantCodes,
  'grant-member-type': grantCodes,
  'grant-member-sid': grantCodes,
  'grant-member-placeholder': grantCodes,
  'grant-member-missing': grantCodes,
  'grant-nothing': grantCodes,
  'scope-form': scopeCodes,
  'scope-empty': scopeCodes,
  'scope-name': scopeCodes,
  'scope-member': scopeCodes,
  'scope-sid': scopeCodes,
  'scope-encoding': scopeCodes,
  'policy-form': tokenCodes,
  'policy-member': tokenCodes,
  'signature-length': signatureCodes,
  'signature-secret': signatureCodes,
  'signature-algorithm': signatureCodes,
  'signature-encoding': signatureCodes,
  'signature-input': signatureCodes,
  'signature-wrong': signatureCodes,
}

/** A mistake for which Twilio rejects the token. */
export function error(
  rule: Rule,
  pointer: string,
  detail: string,
  fix: string,
  codes: Codes = codesOf[rule],
): Draft {
  return { rule, severity: 'error', pointer, detail, fix, codes }
}

/** Something that works only today, or only with some clients. */
export function warning(...draft: Parameters<typeof error>): Draft {
  return { ...error(...draft), severity: 'warning' }
}

/** A finding under the code that Twilio reports for this kind of token. */
export function complete(draft: Draft, isCapability: boolean): Finding {
  const { rule, severity, pointer, detail, fix, codes } = draft
  const code = codes[isCapability ? 1 : 0]
  return { rule, code, severity, pointer, title: titles[code], detail, fix }
}
