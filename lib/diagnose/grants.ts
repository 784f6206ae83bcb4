// What an access token grants.

import { isObject, type Claims } from '../claims.ts'
import { error, warning, type Finding } from './finding.ts'
import { show } from './show.ts'
import type { Subject } from './subject.ts'

export function* checkGrants({ kind, claims: { grants } }: Subject): Generator<Finding> {
  if (kind !== 'access') return
  if (!isObject(grants)) {
    yield error(
      20106,
      `grants is ${show(grants)}`,
      'Grant what the token is for: grantVoice, grantVideo, grantChat, grantSync, grantTaskRouter',
    )
    return
  }
  const { identity, ...products } = grants
  if (identity === undefined || identity === '') {
    yield warning(
      20106,
      'grants has no identity',
      'Name who holds the token: maxFindingsPerRule products refuse one without',
    )
  } else if (typeof identity !== 'string') {
    yield error(20106, `identity is ${show(identity)}`, 'Write the identity as a text')
  }
  if (Object.keys(products).length === 0)
    yield warning(
      20106,
      'the token grants nothing',
      'Grant what the token is for, for instance with grantVoice',
    )
  for (const [name, grant] of Object.entries(products)) {
    if (!isObject(grant))
      yield error(
        20106,
        `the grant ${show(name)} is ${show(grant)}`,
        'Write each grant as an object',
      )
  }
  yield* checkRequired('data_sync', 'service_sid', products)
  yield* checkRequired('task_router', 'workspace_sid', products)
}

function* checkRequired(name: string, member: string, products: Claims): Generator<Finding> {
  const grant = products[name]
  if (isObject(grant) && (typeof grant[member] !== 'string' || grant[member] === ''))
    yield error(20106, `the grant ${name} has no ${member}`, `Set ${member} in it`)
}
