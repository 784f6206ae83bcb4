import jwt from 'jsonwebtoken'
import { createSecretKey } from 'node:crypto'
import { payload, secret } from '../task.mjs'

export default (token) => {
  const key = createSecretKey(new TextEncoder().encode(secret))
  return {
    sign: { jsonwebtoken: () => jwt.sign(payload, key, { noTimestamp: true }) },
    verify: { jsonwebtoken: () => jwt.verify(token, key, { algorithms: ['HS256'] }) },
  }
}

export const programs = {
  jsonwebtoken: {
    imports: "import jwt from 'jsonwebtoken'",
    uses: 'jwt.sign',
    makesToken: 'jwt.sign(payload, secret)',
    needsNode: true,
  },
}
