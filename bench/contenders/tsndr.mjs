import jwt from '@tsndr/cloudflare-worker-jwt'
import { header, payload } from '../task.mjs'
import { importKey } from './floor.mjs'

export default async (token) => {
  const key = await importKey()
  const options = { algorithm: 'HS256', header }
  // It adds `iat` where there is none; this one is not written, so that the token is that of the others.
  const claims = Object.defineProperty({ ...payload }, 'iat', { value: 1 })
  return {
    sign: { 'tsndr worker-jwt, CryptoKey': () => jwt.sign(claims, key, options) },
    verify: {
      'tsndr worker-jwt, CryptoKey': async () => (await jwt.verify(token, key, 'HS256'))?.payload,
    },
  }
}

export const programs = {
  'tsndr worker-jwt': {
    imports: "import jwt from '@tsndr/cloudflare-worker-jwt'",
    uses: 'jwt.sign',
    makesToken: 'await jwt.sign(payload, secret)',
  },
}
