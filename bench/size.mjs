// npm run bench:size: what a program that makes this token carries of each library, minified, gzipped at level 9.

import { build } from 'esbuild'
import { gzipSync } from 'node:zlib'
import { fetchPeers, root } from './runtimes.mjs'

const programs = {
  ours: [
    "import { TwilioCapability } from '../../dist/index.js'; globalThis.used = TwilioCapability",
  ],
  jose: ["import { SignJWT } from 'jose'; globalThis.used = SignJWT"],
  'hono/jwt': ["import { sign } from 'hono/jwt'; globalThis.used = sign"],
  'tsndr worker-jwt': [
    "import jwt from '@tsndr/cloudflare-worker-jwt'; globalThis.used = jwt.sign",
  ],
  'fast-jwt': [
    "import { createSigner } from 'fast-jwt'; globalThis.used = createSigner",
    'needs Node',
  ],
  jsonwebtoken: ["import jwt from 'jsonwebtoken'; globalThis.used = jwt.sign", 'needs Node'],
  'twilio, one file': [
    "import capability from 'twilio/lib/jwt/ClientCapability.js'; globalThis.used = capability",
    'needs Node',
  ],
  twilio: [
    "import twilio from 'twilio'; globalThis.used = twilio.jwt.ClientCapability",
    'needs Node',
  ],
}

await fetchPeers()
console.log(`${'library'.padEnd(18)}${'minified'.padStart(12)}${'gzipped'.padStart(12)}`)
for (const [name, [contents, note = '']] of Object.entries(programs)) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: `${root}/bench/peers` },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    write: false,
    ...(note === ''
      ? { platform: 'neutral', mainFields: ['module', 'main'] }
      : { platform: 'node' }),
  })
  const { contents: code } = outputFiles[0]
  const bytes = (count) => count.toLocaleString('en').padStart(12)
  console.log(
    `${name.padEnd(18)}${bytes(code.length)}${bytes(gzipSync(code, { level: 9 }).length)}  ${note}`.trimEnd(),
  )
}
