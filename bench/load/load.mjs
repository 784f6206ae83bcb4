// Puts load on the backend of spec/examples, tokens and webhooks, in workerd and in Node, on loopback. Checks every answer, and the
// memory of the server.
// Usage: npm run bench:load

import { build } from 'esbuild'
import { jwtVerify } from 'jose'
import { createHmac } from 'node:crypto'
import { cp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import process from 'node:process'
import { sessionCookie } from '../../spec/examples/session.mjs'
import { root } from '../../spec/runtimes/find.mjs'
import { installRuntimes } from '../../spec/runtimes/install.mjs'
import { installTarball, settings, startNode, startWorkerd } from '../../spec/runtimes/serve.mjs'

const connections = 64
const round = 15_000 // requests, each for an identity of its own
const rounds = 4 // the first two fill the heaps up to where collection sets in
const secrets = 10_000
const kept = 64 // keys, by lib/hmac.ts
const growth = 32 // megabytes that memory may grow by from the second round to the last

const agent = new Agent({ keepAlive: true, maxSockets: connections })
const total = { requests: 0, errors: 0, wrong: 0 }
let failed = false

/** Asks, and returns status and text. */
const ask = (url, { body, ...options } = {}) =>
  new Promise((resolve, reject) => {
    request(url, { agent, timeout: 30_000, ...options }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (data) => (text += data))
      response.on('end', () => resolve({ status: response.statusCode, text })).on('error', reject)
    })
      .on('timeout', function () {
        this.destroy(new Error('no answer'))
      })
      .on('error', reject)
      .end(body)
  })

const sessionOf = async (identity) => ({
  cookie: await sessionCookie(identity, settings.SESSION_SECRET),
})

/** Asks for a token, as the client that has a session. */
async function tokenFor(identity) {
  return {
    path: '/token',
    headers: await sessionOf(identity),
    isRight: ({ status, text }) =>
      status === 200 && isToken(JSON.parse(text), identity, settings.TWILIO_API_SECRET),
  }
}

/** Asks for a token with the identity and the secret of the query. */
const tokenOf = (identity, secret) => ({
  path: `/token?identity=${identity}&secret=${secret}`,
  isRight: ({ status, text }) => status === 200 && isToken(JSON.parse(text), identity, secret),
})

/** Sends a webhook, which somebody else has signed if it is forged. */
function callTo(identity, isForged) {
  const params = { To: identity, CallSid: `CA${identity}`, From: 'client:Alice' }
  const signed = Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1))
  const key = isForged ? 'another auth token' : settings.TWILIO_AUTH_TOKEN
  const signature = createHmac('sha1', key)
    .update(`${settings.ORIGIN}/voice${signed.flat().join('')}`)
    .digest('base64')
  return {
    path: '/voice',
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': signature,
    },
    body: String(new URLSearchParams(params)),
    isRight: ({ status, text }) =>
      isForged ? status === 403 : status === 200 && text.includes(`<Client>${identity}</Client>`),
  }
}

/** Sends requests over all connections, and counts those that got no answer, or a wrong one. */
async function load(server, requests) {
  const result = { requests: requests.length, errors: 0, wrong: 0 }
  let next = 0
  const work = async () => {
    for (let i = next++; i < requests.length; i = next++) {
      const { path, isRight, ...options } = requests[i]
      const answer = await ask(`${server.url}${path}`, options).catch(() => undefined)
      if (answer === undefined || answer.status >= 500) result.errors++
      else if (!(await isRight(answer))) result.wrong++
    }
  }
  const start = performance.now()
  await Promise.all(Array.from({ length: connections }, work))
  return { ...result, rate: requests.length / ((performance.now() - start) / 1000) }
}

/** As many requests as asked for, each of another client: a third of them are webhooks, of which every fourth is forged. */
const mixed = (count, prefix) =>
  Promise.all(
    Array.from({ length: count }, (_, i) =>
      i % 3 === 2 ? callTo(`${prefix}_${i}`, i % 12 === 11) : tokenFor(`${prefix}_${i}`),
    ),
  )

/** Whether a token is signed with this secret, is for this identity, and is valid for ten minutes from now, give or take the time of the request. */
async function isToken({ token }, identity, secret) {
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), {
      algorithms: ['HS256'],
    })
    const left = payload.exp - Date.now() / 1000
    return (
      payload.grants.identity === identity &&
      payload.grants.voice.incoming.allow &&
      left <= 600 &&
      left > 565
    )
  } catch {
    return false
  }
}

/** Asks a fresh server over all connections, and hangs up on every other one. The others must be answered all the same. */
async function hangUp(server) {
  const requests = await mixed(connections, 'first')
  const impatient = Array.from({ length: connections / 2 }, async (_, i) =>
    ask(`${server.url}/token`, {
      headers: await sessionOf(`gone_${i}`),
      signal: AbortSignal.timeout(i % 8),
    }),
  )
  const [patient] = await Promise.all([load(server, requests), Promise.allSettled(impatient)])
  return patient
}

function row(what, { requests, errors, wrong, rate }, before, after, isGood = true) {
  const memory = (megabytes) => `${megabytes.toFixed(0)} MB`
  total.requests += requests
  total.errors += errors
  total.wrong += wrong
  if (errors > 0 || wrong > 0 || !isGood) failed = true
  console.log(
    `| ${[what, requests, errors, wrong, rate.toFixed(0), memory(before), memory(after)].join(' | ')} |${isGood ? '' : ' TOO MUCH'}`,
  )
}

await installRuntimes()
const folder = await installTarball()
for (const file of ['tenants.mjs', 'tenants-node.mjs'])
  await cp(join(root, 'bench/load', file), join(folder, file))

// The Node that runs this may be too old for TypeScript.
await build({
  absWorkingDir: folder,
  entryPoints: ['backend-node.mjs'],
  outfile: join(folder, 'backend-node.out.mjs'),
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
})
const hosts = {
  workerd: {
    server: () => startWorkerd(folder, 'backend.ts'),
    tenants: () => startWorkerd(folder, 'tenants.mjs'),
  },
  Node: {
    server: () => startNode(folder, 'backend-node.out.mjs'),
    tenants: () => startNode(folder, 'tenants-node.mjs'),
  },
}
console.log(
  '| server | requests | errors | wrong answers | a second | memory before | memory after |',
)
console.log('| --- | --: | --: | --: | --: | --: | --: |')
try {
  for (const [host, { server: startServer, tenants: startTenants }] of Object.entries(hosts)) {
    const server = await startServer()
    try {
      const fresh = await server.memory()
      row(
        `${host}, every other caller hangs up`,
        await hangUp(server),
        fresh,
        await server.memory(),
      )
      const memory = [await server.memory()]
      for (let i = 1; i <= rounds; i++) {
        const result = await load(server, await mixed(round, `client_${i}`))
        memory.push(await server.memory())
        row(
          `${host}, round ${i}`,
          result,
          memory.at(-2),
          memory.at(-1),
          i < rounds || memory[rounds] - memory[2] < growth,
        )
      }
    } finally {
      await server.stop()
    }

    const tenants = await startTenants()
    try {
      const requests = Array.from({ length: secrets }, (_, i) =>
        tokenOf(`client_${i}`, `secret_of_customer_${i}`),
      )
      const imported = async () => Number((await ask(`${tenants.url}/imported`)).text)
      for (const time of ['first', 'second']) {
        const before = await tenants.memory()
        const already = await imported()
        const result = await load(tenants, requests)
        const keys = (await imported()) - already
        // Whoever had kept more than the bound from the first time would import fewer the second time.
        const isGood = keys <= secrets && keys >= secrets - kept
        row(
          `${host}, ${secrets} secrets, ${time} time, ${keys} keys imported`,
          result,
          before,
          await tenants.memory(),
          isGood,
        )
      }
    } finally {
      await tenants.stop()
    }
  }
} finally {
  agent.destroy()
  await rm(folder, { recursive: true, force: true })
}
console.log(`\n${total.requests} requests, ${total.errors} errors, ${total.wrong} wrong answers`)
process.exitCode = failed ? 1 : 0
