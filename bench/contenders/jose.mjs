import { jwtVerify, SignJWT } from 'jose'
import { header, payload, secret } from '../task.mjs'
import { importKey } from './floor.mjs'

export default async (token) => {
  const key = await importKey()
  const bytes = new TextEncoder().encode(secret)
  return {
    sign: {
      'jose, CryptoKey': () => new SignJWT(payload).setProtectedHeader(header).sign(key),
      'jose, bytes': () => new SignJWT(payload).setProtectedHeader(header).sign(bytes),
    },
    verify: {
      'jose, CryptoKey': async () => (await jwtVerify(token, key)).payload,
      'jose, bytes': async () => (await jwtVerify(token, bytes)).payload,
    },
  }
}

export const programs = {
  jose: {
    imports: "import { SignJWT } from 'jose'",
    uses: 'SignJWT',
    makesToken:
      'await new SignJWT(payload).setProtectedHeader(header).sign(new TextEncoder().encode(secret))',
  },
}
