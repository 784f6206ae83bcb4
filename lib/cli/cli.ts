import { Buffer } from 'node:buffer'
import { readFile } from 'node:fs/promises'
import process from 'node:process'
import { parseEnv } from 'node:util'
import { main } from './main.ts'

declare const VERSION: string // written by the build

const maxInputLength = 2_000_000 // characters: no token is as long

async function readStream(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const terminal = {
  isTTY: {
    stdin: process.stdin.isTTY,
    stdout: process.stdout.isTTY,
    stderr: process.stderr.isTTY,
  },
  async readInput() {
    let text = ''
    for await (const chunk of process.stdin.setEncoding('utf8')) {
      text += String(chunk)
      if (text.length > maxInputLength) break
    }
    return text
  },
  readBytes: async (file: string) =>
    new Uint8Array(await (file === '-' ? readStream(process.stdin) : readFile(file))),
  readPage: () => readFile(new URL('page.html', import.meta.url), 'utf8'), // the build puts it beside this file
  readVariables: async (file: string) => parseEnv(decodeText(await readFile(file))),
}

// Editors and shells of Windows write a byte order mark, and UTF-16.
function decodeText(bytes: Uint8Array): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe
  return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(bytes)
}

// A reader that closes the stream early, such as head, is not a failure.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

const { status, stdout, stderr } = await main(process.argv.slice(2), process.env, terminal, VERSION)
process.stdout.write(stdout)
process.stderr.write(stderr)
process.exitCode = status
