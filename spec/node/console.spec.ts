// Sessions with the command in Markdown files: each command, run with the package from its tarball, prints what the page shows.

import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { root } from '../runtimes/find.mjs'
import { run } from '../runtimes/run.mjs'
import { installTarball } from '../runtimes/serve.mjs'
import { markdownFiles } from '../support/files.mjs'

// What differs from run to run.
const masked = (text: string) =>
  text
    .replace(/eyJ[\w.-]+/g, 'TOKEN')
    .replace(/(SK\w+)-[\w-]{8,}/g, '$1-ID')
    .replace(/\d{4}-\d\d-\d\dT[\d:]+Z/g, 'DATE')
    .replace(/"(expiresAt|issuedAt|exp|iat)": \d+/g, '"$1": NUMBER')
    .replace(/in (10 min|9 min \d+ s|1 h|59 min \d+ s|\d+ d( \d+ h)?) \(/g, 'in TIME (')

const sessions = markdownFiles()
  .map((file) => {
    const blocks = readFileSync(join(root, file), 'utf8').matchAll(/^```console\n(.*?)^```$/gms)
    return { file, lines: [...blocks].flatMap(([, block = '']) => block.split('\n')) }
  })
  .filter(({ lines }) => lines.length > 0)

describe.skipIf(process.platform === 'win32')('Markdown files', () => {
  it('Markdown files show sessions with the command', () => {
    expect(sessions.map(({ file }) => file)).toContain('lib/docs/COMMAND.md')
  })

  it.each(sessions)('$file shows what the packed command prints', async ({ lines }) => {
    const commands = lines.filter((line) => line.startsWith('$ '))
    const printed = lines.filter((line) => !line.startsWith('$ ') && line !== '')
    const folder = await installTarball()
    try {
      const script = ['exec 2>&1', ...commands.map((line) => line.slice(2))].join('\n')
      const { stdout } = await run('sh', ['-c', script], {
        cwd: folder,
        env: { PATH: process.env['PATH'], HOME: folder, npm_config_update_notifier: 'false' },
      })
      expect(commands.length).toBeGreaterThan(3)
      expect(masked(stdout).split('\n').filter(Boolean)).toEqual(printed.map(masked))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})
