// The Worker of the README with a secret that the request names, as a service with many customers has them, and a count of the keys
// that it imports: for bench/load/load.mjs.

import worker from './worker.ts'

const { subtle } = crypto
const importKey = subtle.importKey.bind(subtle) as (...args: unknown[]) => Promise<CryptoKey>
let imported = 0
Object.defineProperty(subtle, 'importKey', {
  value: (...args: unknown[]) => {
    imported++
    return importKey(...args)
  },
})

export default {
  async fetch(request: Request, env: Parameters<typeof worker.fetch>[1]): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url)
    if (pathname === '/imported') return Response.json(imported)
    return worker.fetch(request, { ...env, TWILIO_AUTH_TOKEN: searchParams.get('secret') ?? '' })
  },
}
