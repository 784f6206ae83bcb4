// The program that npm installs, under the version of Node that it is told it runs in.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { root } from '../runtimes/find.mjs'
import { run } from '../runtimes/run.mjs'

const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
  version: string
  engines: { node: string }
}

/** Runs `twilio-tokens --version` where process.versions names another Node. */
function launch(version: string) {
  const code = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`
  return run(process.execPath, [
    ...['--import', `data:text/javascript,${encodeURIComponent(code)}`],
    ...[join(root, 'dist/cli.js'), '--version'],
  ])
}

describe('the command', () => {
  it.each(['12.22.12', '16.20.2', '18.20.8', '20.0.0', '20.18.3'])(
    'says in Node %s that it needs a newer one, and nothing else',
    async (version) => {
      expect(await launch(version)).toEqual({
        status: 2,
        stdout: '',
        stderr: `twilio-tokens needs Node 20.19 or newer, got Node ${version}\n`,
      })
    },
  )

  it.each(['20.19.0', '20.20.2', '22.0.0', '30.1.0'])('runs in Node %s', async (version) => {
    expect(await launch(version)).toEqual({
      status: 0,
      stdout: `${manifest.version}\n`,
      stderr: '',
    })
  })

  it('needs the Node that package.json names', () => {
    expect(manifest.engines.node).toBe('>=20.19')
  })

  it('loads nothing before it has looked at the version', async () => {
    const code = await readFile(join(root, 'dist/cli.js'), 'utf8')
    expect(code.match(/^import .*$/gm)).toEqual(['import process from "node:process";'])
  })
})
