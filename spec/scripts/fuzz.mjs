// npm run fuzz -- --runs 1000000 --seed 1: hostile input for the bundle and for the command, then the time that long
// inputs take. Fails at the first failure.

import process from 'node:process'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import * as library from '../../dist/index.js'

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '100000' }, seed: { type: 'string' } },
})
const runs = Number(values.runs)
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
console.log(`Node ${process.versions.node}, seed ${seed}`)

const { outputFiles } = await build({
  stdin: {
    contents: `
      export { fuzz } from './fuzz/fuzz.ts'
      export { fuzzFindings } from './fuzz/findings.ts'
      export { longest, shapes } from './fuzz/shapes.ts'
      export { fuzzCommand } from '../node/command-fuzz.ts'`,
    resolveDir: 'spec/support',
  },
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
})
const { fuzz, fuzzCommand, fuzzFindings, longest, shapes } = await import(
  `data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`
)
const start = performance.now()
const { calls, outcomes, slowest } = await fuzz(library, runs, seed)
const seconds = (performance.now() - start) / 1000
const list = (counts) =>
  Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')
console.log(`${list(calls)}\n${list(outcomes)}`)
console.log(
  `${runs} inputs, 0 failures, slowest ${slowest.toFixed(1)} ms, in ${seconds.toFixed(0)} s\n`,
)

const { commands, statuses, slowest: slowestCommand } = await fuzzCommand(runs / 10, seed)
console.log(`${list(commands)}\nexit status: ${list(statuses)}`)
console.log(`${runs / 10} command lines, 0 failures, slowest ${slowestCommand.toFixed(1)} ms\n`)

await fuzzFindings(library, runs / 10, seed)
console.log(`${runs / 10} planted mistakes, each found, and nothing else\n`)

// Each input is the worst that is known for its rule; the last column compares the time of the longest with that of the shortest.
const now = 1400000000
const { inspect, verify, diagnose, TwilioCapability } = library
const functions = {
  inspect: async (text) => inspect(text),
  verify: (text) => verify(text, 'secret', { now }),
  diagnose: (text) => diagnose(text, { secret: 'secret', now }),
}
const lengths = [16, 8, 4, 2, 1].map((part) => longest / part)
const time = async (call, input) => {
  let best = Infinity
  for (let round = 0; round < 5; round++) {
    const start = performance.now()
    await Promise.resolve(call(input)).catch(() => undefined)
    best = Math.min(best, performance.now() - start)
  }
  return best
}
const rows = []
for (const [shape, make] of Object.entries(shapes)) {
  for (const [name, call] of Object.entries(functions)) {
    const times = []
    for (const length of lengths) times.push(await time(call, await make(length)))
    rows.push([`${name}: ${shape}`, ...times])
  }
}
const building = []
for (const length of lengths)
  building.push(
    await time(
      (note) =>
        new TwilioCapability('AC123', 'secret').allowClientOutgoing('AP123', { note }).generate(),
      'é '.repeat(length / 2),
    ),
  )
rows.push(['generate: a parameter', ...building])

const width = Math.max(...rows.map(([name]) => name.length))
console.log(
  `${'milliseconds at a length of'.padEnd(width)} ${lengths.map((length) => String(length).padStart(9)).join('')}  growth`,
)
let steep = 0
for (const [name, ...times] of rows) {
  // From the shortest to the longest, which is 16 times as long: linear is 16, quadratic is 256. A busy machine makes it less even.
  const growth = times[4] / times[0]
  if (growth > 128 && times[4] > 50) steep++
  console.log(
    `${name.padEnd(width)} ${times.map((time) => time.toFixed(2).padStart(9)).join('')}  ${growth.toFixed(0).padStart(6)}`,
  )
}
if (steep > 0) throw new Error(`${steep} of them grow faster than linearly`)
