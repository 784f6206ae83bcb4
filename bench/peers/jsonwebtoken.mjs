import jwt from 'jsonwebtoken'
import { createSecretKey } from 'node:crypto'
import { payload, secret } from '../bench.mjs'

export default (token) => {
  const key = createSecretKey(new TextEncoder().encode(secret))
  return {
    sign: { jsonwebtoken: () => jwt.sign(payload, key, { noTimestamp: true }) },
    verify: { jsonwebtoken: () => jwt.verify(token, key, { algorithms: ['HS256'] }) },
  }
}
