import { readFile } from 'node:fs/promises'
import process from 'node:process'
import { main } from './main.ts'

declare const VERSION: string // written by the build

const most = 2_000_000 // characters: no token is as long

const terminal = {
  stdin: process.stdin.isTTY,
  stdout: process.stdout.isTTY,
  stderr: process.stderr.isTTY,
  async read() {
    let text = ''
    for await (const chunk of process.stdin.setEncoding('utf8')) {
      text += String(chunk)
      if (text.length > most) break
    }
    return text
  },
  page: () => readFile(new URL('page.html', import.meta.url), 'utf8'), // which the build puts beside this file
}

// A reader that has seen enough, such as head, is no failure.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

const { status, stdout, stderr } = await main(process.argv.slice(2), process.env, terminal, VERSION)
process.stdout.write(stdout)
process.stderr.write(stderr)
process.exitCode = status
