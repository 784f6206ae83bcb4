import { isObject, textClaim, timeClaim, wrongClaim, type Claims } from './claims.ts'

export interface Policy {
  url: string
  method: string
  allow: boolean
  queryFilter: Record<string, unknown>
  postFilter: Record<string, unknown>
}

/** What a TaskRouter capability token says, read back. */
export interface TaskRouterContents {
  kind: 'taskrouter'
  accountSid: string
  workspaceSid: string
  channel: string
  expires: number
  policies: Policy[]
}

export function readTaskRouter(claims: Claims): TaskRouterContents {
  if (!Array.isArray(claims['policies'])) throw wrongClaim('policies', 'a list', claims['policies'])
  return {
    kind: 'taskrouter',
    accountSid: textClaim(claims, 'account_sid'),
    workspaceSid: textClaim(claims, 'workspace_sid'),
    channel: textClaim(claims, 'channel'),
    expires: timeClaim(claims, 'exp'),
    policies: claims['policies'].map((policy: unknown) => {
      if (!isObject(policy)) throw wrongClaim('policies', 'a list of objects', policy)
      return {
        url: textClaim(policy, 'url'),
        method: textClaim(policy, 'method'),
        allow: policy['allow'] === true,
        queryFilter: (policy['query_filter'] as Claims) ?? {},
        postFilter: (policy['post_filter'] as Claims) ?? {},
      }
    }),
  }
}
