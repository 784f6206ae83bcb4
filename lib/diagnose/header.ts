// The header, and what kind of token it announces. https://www.twilio.com/docs/api/errors/20102

import { own } from '../claims.ts'
import { isRegion, regionOfEdge } from '../names.ts'
import { error, warning, type Draft } from './finding.ts'
import { show } from './show.ts'
import { contentType, isAccessType, type Subject } from './subject.ts'

const advice = 'Generate the token with AccessToken, and grant what its user may do'

/** Judges what kind of token it is. */
export function* checkKind({ kind }: Subject): Generator<Draft> {
  if (kind === 'unknown') {
    const detail = 'the token has no grants, no scope and no policies, so it is not a Twilio token'
    yield error('kind-unknown', '/claims', detail, advice)
  }
  if (kind === 'capability') {
    // https://www.twilio.com/docs/voice/sdks/javascript/migrating-capability-token
    yield warning(
      'kind-deprecated',
      '',
      'capability tokens are deprecated, and only Voice in US1 accepts them',
      'Generate an access token instead: AccessToken.fromCapability',
    )
  }
}

/** Judges the header parameters that every token has. */
export function* checkHeader({ kind, header }: Subject): Generator<Draft> {
  const { alg, typ } = { alg: own(header, 'alg'), typ: own(header, 'typ') }
  if (alg !== 'HS256' && kind !== 'validation') {
    const fix = 'Sign with HMAC-SHA256, and set alg to HS256 in the header'
    yield error('header-alg', '/header/alg', `alg is ${show(alg)}`, fix)
  }
  if (typ !== 'JWT' && (typ !== undefined || kind === 'access')) {
    yield error('header-typ', '/header/typ', `typ is ${show(typ)}`, 'Set typ to JWT in the header')
  }
  if (Object.hasOwn(header, 'crit')) {
    const detail = 'the header has crit, but Twilio knows no extension'
    yield error('header-crit', '/header/crit', detail, 'Remove crit from the header')
  }
}

/** Judges the type of the contents. */
export function* checkContentType({ kind, header, claims }: Subject): Generator<Draft> {
  const cty = own(header, 'cty')
  const found = `cty is ${show(cty)}`
  if (kind === 'validation') {
    const detail = `${found}: a client validation token, which is not for SDKs`
    yield error('header-cty', '/header/cty', detail, advice)
  } else if (kind === 'access') {
    if (cty === contentType) return
    const fix = Object.hasOwn(claims, 'cty')
      ? `Move cty from the claims to the header: ${contentType}`
      : `Set cty to ${contentType} in the header`
    yield error('header-cty', '/header/cty', found, fix)
  } else if (isAccessType(cty)) {
    const detail = `${found}, which is for access tokens, but this token has no grants`
    const fix = `Remove cty, or add grants and set cty to ${contentType}`
    yield error('header-cty', '/header/cty', detail, fix)
  }
}

/** Judges the region. https://www.twilio.com/docs/global-infrastructure/understanding-edge-locations */
export function* checkRegion({ header }: Subject): Generator<Draft> {
  const twr = own(header, 'twr')
  if (twr === undefined || isRegion(twr)) return
  const found = `twr is ${show(twr)}`
  const any = 'Set twr to a region such as us1, ie1, au1 or jp1, or omit it'
  if (typeof twr !== 'string') {
    yield error('header-region', '/header/twr', `${found}, which is not a string`, any)
    return
  }
  const word = twr.trim().toLowerCase()
  const region = regionOfEdge(word)
  const [detail, fix] =
    region === undefined
      ? isRegion(word)
        ? [`${found}, but regions are in lower case`, `Set twr to ${word}`]
        : [`${found}, which is not a region`, any]
      : region === 'us1'
        ? [`${found}, an edge without a region of its own`, 'Omit twr, or set it to us1']
        : [`${found}, an edge, but API keys belong to a region`, `Set twr to ${region}`]
  yield warning('header-region', '/header/twr', detail, fix)
}
