// Puts load on the Worker of spec/examples in workerd and on its server in Node, on loopback. Checks every answer, and the memory
// of the server.
// Usage: npm run bench:load

import { jwtVerify } from 'jose'
import { cp, rm } from 'node:fs/promises'
import { Agent, get } from 'node:http'
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
const ask = (url, headers, signal) =>
  new Promise((resolve, reject) => {
    get(url, { agent, headers, signal, timeout: 30_000 }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (data) => (text += data))
      response.on('end', () => resolve({ status: response.statusCode, text })).on('error', reject)
    })
      .on('timeout', (request) => request.destroy(new Error('no answer')))
      .on('error', reject)
  })

const sessionOf = async (identity) => ({
  cookie: await sessionCookie(identity, settings.SESSION_SECRET),
})

/**
 * Asks for tokens over all connections. The identity is that of a session, or is in the query together with the secret that the
 * request has by its number.
 */
async function load(server, count, identity, secretOf) {
  const result = { requests: count, errors: 0, wrong: 0 }
  const requests = await Promise.all(
    Array.from({ length: count }, async (_, i) =>
      secretOf
        ? { query: `?identity=${identity(i)}&secret=${secretOf(i)}`, headers: {} }
        : { query: '', headers: await sessionOf(identity(i)) },
    ),
  )
  let next = 0
  const work = async () => {
    for (let i = next++; i < count; i = next++) {
      const { query, headers } = requests[i]
      const answer = await ask(`${server.url}/token${query}`, headers).catch(() => undefined)
      const secret = secretOf?.(i) ?? settings.TWILIO_API_SECRET
      if (answer?.status !== 200) result.errors++
      else if (!(await isRight(JSON.parse(answer.text), identity(i), secret))) result.wrong++
    }
  }
  const start = performance.now()
  await Promise.all(Array.from({ length: connections }, work))
  return { ...result, rate: count / ((performance.now() - start) / 1000) }
}

/** Whether a token is signed with this secret, is for this identity, and is valid for ten minutes from now, give or take the time of the request. */
async function isRight({ token }, identity, secret) {
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
  const impatient = Array.from({ length: connections / 2 }, async (_, i) =>
    ask(`${server.url}/token`, await sessionOf(`gone_${i}`), AbortSignal.timeout(i % 8)),
  )
  const [patient] = await Promise.all([
    load(server, connections, (i) => `first_${i}`),
    Promise.allSettled(impatient),
  ])
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

const hosts = {
  workerd: {
    server: () => startWorkerd(folder),
    tenants: () => startWorkerd(folder, 'tenants.mjs'),
  },
  Node: { server: () => startNode(folder), tenants: () => startNode(folder, 'tenants-node.mjs') },
}
console.log(
  '| server | requests | errors | wrong tokens | a second | memory before | memory after |',
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
        const result = await load(server, round, (n) => `client_${i}_${n}`)
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
      const secretOf = (i) => `secret_of_customer_${i}`
      const imported = async () => Number((await ask(`${tenants.url}/imported`)).text)
      for (const time of ['first', 'second']) {
        const before = await tenants.memory()
        const already = await imported()
        const result = await load(tenants, secrets, (i) => `client_${i}`, secretOf)
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
console.log(`\n${total.requests} requests, ${total.errors} errors, ${total.wrong} wrong tokens`)
process.exitCode = failed ? 1 : 0
