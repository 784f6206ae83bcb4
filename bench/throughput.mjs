// npm run bench [-- --all [node deno …]]: what a token costs, as a ratio to bare crypto.subtle; with words, in the runtimes whose names hold one.
//
// Several processes run one at a time, each with interleaved rounds. The table shows the middle of their medians, and their range.

import { join } from 'node:path'
import process from 'node:process'
import { nodeMajors, programs, root } from '../spec/runtimes/find.mjs'
import { installContenders } from '../spec/runtimes/install.mjs'
import { command } from '../spec/runtimes/run.mjs'
import { runInWorkerd } from '../spec/runtimes/workerd.mjs'
import { bundleContenders } from './contenders/bundle.mjs'
import { median } from './measure.mjs'

const isAll = process.argv.includes('--all')
const processes = 3
const seconds = isAll ? 2.5 : 6
const timeout = 600_000

/** A runtime whose program takes a file. */
const runtime = (program, args = []) => {
  const main = command(program, [...args, 'bench/contenders/main.mjs'])
  return { ...main, measure: (options) => main.run([JSON.stringify(options)], { timeout }) }
}

/** workerd is given nodejs_compat, for the sake of those that need it. */
const workerd = {
  ...command(programs.workerd()),
  async measure(options) {
    const out = join(root, 'bench/contenders/out')
    return runInWorkerd(
      out,
      { date: '2025-09-01', flags: ['nodejs_compat'], modules: await bundleContenders(out) },
      {
        name: 'bench/contenders/workerd.js',
        code: `const { measureContenders } = await import('./contenders.mjs')
          console.log(JSON.stringify(await measureContenders(${JSON.stringify(options)})))`,
        timeout,
      },
    )
  },
}

const runtimes = {
  'this Node': runtime(process.execPath),
  ...Object.fromEntries(
    nodeMajors.map((major) => [`Node ${major}`, runtime(programs.node(major))]),
  ),
  Deno: runtime(programs.deno(), ['run', '--quiet', '--allow-all']),
  Bun: runtime(programs.bun()),
  workerd,
}

const words = process.argv.slice(2).filter((word) => word !== '--all')
const isNamed = (name) =>
  words.length === 0 || words.some((word) => name.toLowerCase().includes(word))
const wanted = Object.entries(runtimes).filter(
  ([name]) => isAll === (name !== 'this Node') && isNamed(name),
)
const titles = {
  sign: 'Create a token',
  verify: 'Verify a token',
  webhook: 'Verify a webhook',
  diagnose: 'Diagnose a token',
}
const peers = ['jose, CryptoKey', 'hono/jwt, CryptoKey']
const shares = [] // lines of a table, one for each runtime

await installContenders()
for (const [name, runtime] of wanted) {
  if (runtime.program === undefined) {
    console.log(`${name}: NOT MEASURED, because it is neither in spec/runtimes nor on the PATH\n`)
    continue
  }
  const runs = []
  try {
    for (let i = 0; i < processes; i++) runs.push(await runtime.measure({ seconds }))
  } catch (error) {
    console.log(`${name}: NOT MEASURED, because it failed: ${error.message}\n`)
    process.exitCode = 1
    continue
  }
  const title = `${name === 'this Node' ? 'Node' : name.split(' ')[0]} ${await runtime.version()}`
  console.log(
    `${title}, ${process.platform} ${process.arch}: times the floor, middle (from-to) of ${processes} processes`,
  )
  for (const [kind, title] of Object.entries(titles))
    print(
      title,
      runs.map((run) => run[kind]),
    )
  for (const [peer, error] of Object.entries(runs[0].errors))
    console.log(`  not measured: ${peer}: ${error}`)
  console.log()
  const cells = ['sign', 'verify'].flatMap((kind) =>
    Object.keys(runs[0][kind]).map((shape) => share(runs.map((run) => run[kind][shape]))),
  )
  shares.push(`| ${[title, ...cells].join(' | ')} |`)
}
if (shares.length > 0) {
  console.log(`Our share of the overhead of the best peer: (ours / floor - 1) / (best of ${peers.join(' and ')} / floor - 1)

| runtime | sign, sequential | sign, 64 concurrent | verify, sequential | verify, 64 concurrent |
| --- | --- | --- | --- | --- |
${shares.join('\n')}`)
}

/** What we add to the floor, as a part of what the best peer adds: compared within each process. */
function share(runs) {
  const parts = runs.map((run) => {
    const best = Math.min(...peers.map((peer) => run[peer].ratio))
    return (run.ours.ratio - 1) / (best - 1)
  })
  return range(parts, 2)
}

function print(title, runs) {
  const shapes = Object.keys(runs[0])
  console.log(`  ${title.padEnd(28)}${shapes.map((shape) => shape.padEnd(21)).join('')}`)
  for (const contender of Object.keys(runs[0][shapes[0]])) {
    const cells = shapes.map((shape) => {
      const results = runs.map((run) => run[shape][contender])
      if (contender === 'floor')
        return range(
          results.map(({ microseconds }) => microseconds),
          1,
          ' µs',
        )
      return range(
        results.map(({ ratio }) => ratio),
        2,
      )
    })
    console.log(
      `  ${contender.padEnd(28)}${cells
        .map((cell) => cell.padEnd(21))
        .join('')
        .trimEnd()}`,
    )
  }
}

function range(values, digits, unit = '') {
  const [middle, min, max] = [median(values), Math.min(...values), Math.max(...values)].map(
    (value) => value.toFixed(digits),
  )
  return `${middle}${unit} (${min}-${max})`
}
