// npm run bench:growth: how the cost grows: of a token, with the size of its parameters, the number of secrets and the concurrency;
// of verify, with the scopes; of diagnose, with the findings. Prints tables and draws bench/growth.svg. The floor is bare
// crypto.subtle on the same bytes and keys.

import { writeFile } from 'node:fs/promises'
import { AccessToken, diagnose, TwilioCapability, verify } from '../dist/index.js'
import { compare } from './measure.mjs'
import { accountSid, applicationSid, clientName, expires, now, secret } from './task.mjs'
import { importKey } from './contenders/floor.mjs'
import { root } from '../spec/runtimes/find.mjs'

const seconds = 1.5
const utf8 = new TextEncoder()
const sign = (key, input) => crypto.subtle.sign('HMAC', key, input)
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token with these claims, and the floor of verifying it. */
async function tokenOf(claims) {
  const text = `${part({ alg: 'HS256', typ: 'JWT', ...(claims.grants && { cty: 'twilio-fpa;v=1' }) })}.${part(claims)}`
  const [key, input] = [await importKey(), utf8.encode(text)]
  const signature = await sign(key, input)
  return {
    token: `${text}.${Buffer.from(signature).toString('base64url')}`,
    floor: () => crypto.subtle.verify('HMAC', key, signature, input),
  }
}
const builder = (secret) => new TwilioCapability(accountSid, secret).allowClientIncoming(clientName)
const inputOf = (token) => utf8.encode(token.slice(0, token.lastIndexOf('.')))

async function growth(steps, prepare) {
  const points = []
  for (const step of steps) {
    const { contenders, concurrency, memory } = await prepare(step)
    const { floor, ours } = await compare(contenders, { seconds, concurrency })
    points.push({
      step,
      floor: floor.microseconds,
      ours: ours.microseconds,
      ratio: ours.ratio,
      ...(memory && { memory: memory() }),
    })
  }
  return points
}

const sizes = await growth([100, 300, 1_000, 3_000, 10_000, 30_000], async (size) => {
  const params = { note: 'Call back, please. '.repeat(Math.ceil(size / 19)).slice(0, size) }
  const make = () =>
    builder(secret).allowClientOutgoing(applicationSid, params).generate({ expires, now })
  const [key, input] = [await importKey(), inputOf(await make())]
  return { contenders: { floor: () => sign(key, input), ours: make } }
})

const secrets = await growth([1, 10, 64, 100, 1_000, 10_000], async (count) => {
  const all = Array.from({ length: count }, (_, i) => `secret ${i} of a customer with an account`)
  const make = (secret) =>
    builder(secret).allowClientOutgoing(applicationSid).generate({ expires, now })
  const [key, input] = [await importKey(), inputOf(await make(all[0]))]
  let mine = 0
  globalThis.gc?.()
  const before = process.memoryUsage().heapUsed
  for (const secret of all) await make(secret)
  globalThis.gc?.()
  const grown = process.memoryUsage().heapUsed - before
  return {
    contenders: { floor: () => sign(key, input), ours: () => make(all[mine++ % count]) },
    memory: () => grown / 1024,
  }
})

const concurrent = await growth([1, 4, 16, 64, 256, 1_000], async (concurrency) => {
  const make = () => builder(secret).allowClientOutgoing(applicationSid).generate({ expires, now })
  const [key, input] = [await importKey(), inputOf(await make())]
  return { concurrency, contenders: { floor: () => sign(key, input), ours: make } }
})

const scopes = await growth([1, 3, 10, 30, 100, 300, 900], async (count) => {
  const scope = Array.from(
    { length: count },
    (_, i) => `scope:client:incoming?clientName=alice${i}`,
  )
  const claims = { scope: scope.join(' '), iss: accountSid, exp: now + expires }
  const { token, floor } = await tokenOf(claims)
  const { scopes } = await verify(token, secret, { now })
  if (scopes.length !== count) throw new Error(`${scopes.length} scopes instead of ${count}`)
  return { contenders: { floor, ours: () => verify(token, secret, { now }) } }
})

const mistakes = await growth([1, 3, 10, 30, 100, 300, 900], async (count) => {
  const claims = new AccessToken(accountSid, 'SK123123', secret, { identity: 'alice' }).claims({
    now,
  })
  const room = Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`roomName${i}`, 'standup']),
  )
  const { token, floor } = await tokenOf({ ...claims, grants: { ...claims.grants, video: room } })
  const findings = await diagnose(token, { secret, now })
  if (findings.length < Math.min(count, 20))
    throw new Error(`${findings.length} findings of ${count}`)
  return { contenders: { floor, ours: () => diagnose(token, { secret, now }) } }
})

const charts = [
  ['characters of parameters', sizes],
  ['secrets, sequential', secrets],
  ['concurrent tokens', concurrent],
  ['scopes to verify', scopes],
  ['mistakes to diagnose', mistakes],
]
for (const [title, points] of charts) {
  console.log(
    `${title.padEnd(26)}${'floor, µs'.padStart(12)}${'ours, µs'.padStart(12)}${'ours / floor'.padStart(14)}${points[0].memory === undefined ? '' : '   kept, KB'}`,
  )
  for (const { step, floor, ours, ratio, memory } of points) {
    const kept = memory === undefined ? '' : Math.max(0, memory).toFixed(0).padStart(11)
    console.log(
      `${step.toLocaleString('en').padEnd(26)}${floor.toFixed(1).padStart(12)}${ours.toFixed(1).padStart(12)}${ratio.toFixed(2).padStart(14)}${kept}`,
    )
  }
  console.log()
}
await writeFile(`${root}/bench/growth.svg`, draw())
console.log('Drawn: bench/growth.svg')

/** The charts, three in a row, both axes logarithmic, so that what grows linearly is a straight line. */
function draw() {
  const [width, height, gap, perRow] = [250, 170, 60, 3]
  const [low, high] = [1, 10_000]
  const y = (microseconds) =>
    height - (Math.log(microseconds / low) / Math.log(high / low)) * height
  const plots = charts.map(([title, points], index) => {
    const [first, last] = [points[0].step, points.at(-1).step]
    const x = (step) => (Math.log(step / first) / Math.log(last / first)) * width
    const line = (name, color) => {
      const path = points.map((point) => `${x(point.step).toFixed(1)},${y(point[name]).toFixed(1)}`)
      return `<polyline points="${path.join(' ')}" fill="none" stroke="${color}" stroke-width="2"/>`
    }
    const grid = [1, 10, 100, 1_000, 10_000].map(
      (value) =>
        `<path d="M0 ${y(value).toFixed(1)}h${width}" stroke="#8884"/><text x="-6" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${value}</text>`,
    )
    const ticks = [first, last].map(
      (step) =>
        `<text x="${x(step)}" y="${height + 18}" text-anchor="middle">${step.toLocaleString('en')}</text>`,
    )
    const [column, row] = [index % perRow, Math.floor(index / perRow)]
    return `<g transform="translate(${50 + column * (width + gap)} ${34 + row * (height + 70)})">
${[...grid, ...ticks, line('floor', '#888'), line('ours', '#d33')].join('\n')}
<text x="${width / 2}" y="${height + 36}" text-anchor="middle">${title}</text></g>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${perRow * (width + gap)} ${Math.ceil(charts.length / perRow) * (height + 70) + 10}" font-family="sans-serif" font-size="12" fill="#777">
<text x="50" y="16">µs a call: <tspan fill="#d33">twilio-tokens</tspan> and the floor, bare crypto.subtle; both axes logarithmic</text>
${plots.join('\n')}
</svg>
`
}
