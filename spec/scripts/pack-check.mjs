// npm run pack:check: two builds of the last commit, each in a place of its own, pack to the same bytes. Prints their digest.

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const commit = execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).trim()

function pack() {
  const place = mkdtempSync(join(tmpdir(), 'pack-'))
  const run = (program, ...args) =>
    execFileSync(program, args, {
      cwd: place,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  try {
    execFileSync('sh', ['-c', 'git archive "$1" | tar -x -C "$2"', 'sh', commit, place])
    symlinkSync(resolve('node_modules'), join(place, 'node_modules'))
    run('npm', 'run', 'build')
    const [{ filename }] = JSON.parse(run('npm', 'pack', '--json', '--ignore-scripts'))
    const bytes = readFileSync(join(place, filename))
    return `${filename}, ${bytes.length} bytes, sha512-${createHash('sha512').update(bytes).digest('base64')}`
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

const [first, second] = [pack(), pack()]
console.log(`${commit}\n${first}\n${second}`)
if (first !== second) throw new Error('two builds of one commit differ')
