import { sign, verify } from 'hono/jwt'
import { payload } from '../task.mjs'
import { importKey } from './floor.mjs'

export default async (token) => {
  const key = await importKey()
  return {
    sign: { 'hono/jwt, CryptoKey': () => sign(payload, key, 'HS256') },
    verify: { 'hono/jwt, CryptoKey': () => verify(token, key, 'HS256') },
  }
}

export const programs = {
  'hono/jwt': {
    imports: "import { sign } from 'hono/jwt'",
    uses: 'sign',
    makesToken: "await sign(payload, secret, 'HS256')",
  },
}
