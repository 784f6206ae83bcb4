// npm run bench:cold: whole processes of this Node that make one token, interleaved in random order, and what they cost over an empty one.

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { root } from '../spec/runtimes/find.mjs'
import { installContenders } from '../spec/runtimes/install.mjs'
import { exec } from '../spec/runtimes/run.mjs'
import { loadPrograms } from './contenders/contenders.mjs'
import { median, shuffled } from './measure.mjs'

const rounds = 25
const task = `import { accountSid, applicationSid, clientName, header, payload, secret } from '../../task.mjs'`

await installContenders()
const out = join(root, 'bench/contenders/out')
await mkdir(out, { recursive: true })
const files = []
const empty = { imports: '', makesToken: '' }
for (const [name, { imports, makesToken }] of Object.entries({
  'empty process': empty,
  ...(await loadPrograms()),
})) {
  const file = join(out, `cold-${name.replace(/\W+/g, '-')}.mjs`)
  await writeFile(file, `${task}\n${imports}\n${makesToken}\n`)
  files.push({ name, file, over: [], all: [] })
}
for (let round = 0; round <= rounds; round++) {
  const times = new Map()
  for (const item of shuffled(files)) {
    const start = performance.now()
    await exec(process.execPath, [item.file])
    times.set(item, performance.now() - start)
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
