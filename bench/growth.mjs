// npm run bench:growth: how the cost of a token grows with the size of its parameters, with the number of secrets and with the
// concurrency. Prints tables and draws bench/growth.svg; the floor is bare crypto.subtle on the same bytes and keys.

import { writeFile } from 'node:fs/promises'
import { TwilioCapability } from '../dist/index.js'
import { compare } from './measure.mjs'
import { accountSid, applicationSid, clientName, expires, now, secret } from './task.mjs'
import { importKey } from './contenders/floor.mjs'
import { root } from '../spec/runtimes/find.mjs'

const seconds = 1.5
const utf8 = new TextEncoder()
const sign = (key, input) => crypto.subtle.sign('HMAC', key, input)
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

const sizes = await growth([100, 300, 1_000, 3_000, 10_000, 30_000, 100_000], async (size) => {
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

const charts = [
  ['characters of parameters', sizes],
  ['secrets, sequential', secrets],
  ['concurrent tokens', concurrent],
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

/** Three charts side by side, both axes logarithmic, so that what grows linearly is a straight line. */
function draw() {
  const [width, height, gap] = [250, 170, 60]
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
    return `<g transform="translate(${50 + index * (width + gap)} 34)">
${[...grid, ...ticks, line('floor', '#888'), line('ours', '#d33')].join('\n')}
<text x="${width / 2}" y="${height + 36}" text-anchor="middle">${title}</text></g>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${3 * (width + gap)} ${height + 80}" font-family="sans-serif" font-size="12" fill="#777">
<text x="50" y="16">µs a token: <tspan fill="#d33">twilio-tokens</tspan> and the floor, bare crypto.subtle; both axes logarithmic</text>
${plots.join('\n')}
</svg>
`
}
