// The header.

import { error, type Finding } from './finding.ts'
import { show } from './show.ts'
import type { Subject } from './subject.ts'

export function* checkHeader({
  kind,
  codes,
  header: { alg, typ, cty, crit },
}: Subject): Generator<Finding> {
  if (alg !== 'HS256') yield error(codes.header, `alg is ${show(alg)}`, 'Sign with HS256')
  if (typ !== 'JWT')
    yield error(codes.header, `typ is ${show(typ)}`, 'Set typ to JWT in the header')
  if (crit !== undefined)
    yield error(
      codes.header,
      'the header has crit',
      'Leave crit out: Twilio knows no extension of JWS',
    )
  if (kind === 'access' && cty !== 'twilio-fpa;v=1')
    yield error(20102, `cty is ${show(cty)}`, 'Set cty to twilio-fpa;v=1 in the header')
}
