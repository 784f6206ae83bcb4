import { sign, verify } from 'hono/jwt'
import { payload } from '../bench.mjs'
import { importKey } from '../floor.mjs'

export default async (token) => {
  const key = await importKey()
  return {
    sign: { 'hono/jwt, CryptoKey': () => sign(payload, key, 'HS256') },
    verify: { 'hono/jwt, CryptoKey': () => verify(token, key, 'HS256') },
  }
}
