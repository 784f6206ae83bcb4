// npm run bench:cold: whole processes of this Node that make one token, interleaved in random order, and what they cost over an empty one.

import { mkdir, writeFile } from 'node:fs/promises'
import { median } from './bench.mjs'
import { fetchPeers, out, run } from './runtimes.mjs'

const rounds = 25
const shared = `import { accountSid, applicationSid, clientName, header, payload, secret } from '../bench.mjs'
const bytes = new TextEncoder().encode(secret);`
const programs = {
  'empty process': '',
  floor: `import floor from '../floor.mjs'; await floor()`,
  ours: `import { TwilioCapability } from '../../dist/index.js'
    await new TwilioCapability(accountSid, secret).allowClientIncoming(clientName).allowClientOutgoing(applicationSid).generate()`,
  jose: `import { SignJWT } from '../peers/node_modules/jose/dist/webapi/index.js'
    await new SignJWT(payload).setProtectedHeader(header).sign(bytes)`,
  'hono/jwt': `import { sign } from '../peers/node_modules/hono/dist/middleware/jwt/index.js'; await sign(payload, secret, 'HS256')`,
  'tsndr worker-jwt': `import jwt from '../peers/node_modules/@tsndr/cloudflare-worker-jwt/index.js'; await jwt.sign(payload, secret)`,
  'fast-jwt': `import { createSigner } from '../peers/node_modules/fast-jwt/src/index.js'; createSigner({ key: secret })(payload)`,
  jsonwebtoken: `import jwt from '../peers/node_modules/jsonwebtoken/index.js'; jwt.sign(payload, secret)`,
  twilio: `import twilio from '../peers/node_modules/twilio/lib/index.js'
    const { ClientCapability } = twilio.jwt
    const token = new ClientCapability({ accountSid, authToken: secret })
    token.addScope(new ClientCapability.IncomingClientScope(clientName))
    token.toJwt()`,
}

await fetchPeers()
await mkdir(out, { recursive: true })
const files = []
for (const [name, code] of Object.entries(programs)) {
  const file = `${out}/cold-${name.replace(/\W/g, '-')}.mjs`
  await writeFile(file, `${shared}\n${code}`)
  files.push({ name, file, over: [], all: [] })
}
for (let round = 0; round <= rounds; round++) {
  const times = new Map()
  for (const each of files
    .map((item) => ({ item, key: Math.random() }))
    .sort((a, b) => a.key - b.key)) {
    const start = performance.now()
    await run(process.execPath, [each.item.file])
    times.set(each.item, performance.now() - start)
  }
  if (round === 0) continue // fills the file system's cache
  for (const item of files) {
    item.all.push(times.get(item))
    item.over.push(times.get(item) - times.get(files[0]))
  }
}
const quantile = (values, part) =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * part)].toFixed(0)
console.log(
  `Node ${process.versions.node}: milliseconds, middle (quartiles) of ${rounds} interleaved rounds`,
)
console.log(`${''.padEnd(20)}${'process'.padStart(8)}   over an empty one`)
for (const { name, all, over } of files) {
  console.log(
    `${name.padEnd(20)}${median(all).toFixed(0).padStart(8)}   ${median(over).toFixed(0)} (${quantile(over, 0.25)}-${quantile(over, 0.75)})`,
  )
}
