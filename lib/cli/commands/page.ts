// `twilio-tokens page`: serves the token page, on this machine only.

import { createServer, type RequestListener } from 'node:http'
import { parseArguments, UsageError } from '../arguments.ts'
import type { Command } from '../command.ts'
import { rejectWords } from '../words.ts'

const kinds = { port: 'value' } as const

export const page: Command = {
  options: kinds,

  help: `Usage: twilio-tokens page [--port NUMBER]

Serves a local web page that inspects a pasted token. The page sends nothing
anywhere and keeps nothing; only this machine can reach it. Press Ctrl-C to
stop.

It prints two addresses. The first is an origin of its own, new at each start,
so that nothing that another application has left in the browser can answer in
its place. The second is for browsers that cannot open the first, such as
Safari.

  --port NUMBER   1024 to 65535; defaults to any free port

Example:
  twilio-tokens page --port 8080
`,

  async run(args, _environment, terminal) {
    const { options, words } = parseArguments(args, kinds)
    const [word, ...more] = words
    const isPort = word !== undefined && options.port === undefined && /^\d+$/.test(word)
    rejectWords(isPort ? more : words, Object.keys(kinds))
    const port = parsePort(options.port ?? word ?? '0')

    const host = `${randomName()}.localhost`
    const server = createServer(createListener(await terminal.readPage(), host))
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject).listen(port, '127.0.0.1', resolve)
      })
    } catch (error) {
      throw new UsageError(portFlaw(port, error as NodeJS.ErrnoException), { cause: error })
    }
    const { port: used } = server.address() as { port: number } // of a server that listens on a port
    const stop = () => {
      server.close()
      server.closeAllConnections()
    }
    const stdout = [
      `http://${host}:${used}/`,
      `http://127.0.0.1:${used}/ (without an origin of its own: only if your browser cannot open the first, such as Safari)`,
      '',
    ].join('\n')
    return { status: 0, stdout, stderr: '', stop }
  },
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN
  if (port === 0 || (port >= 1024 && port <= 65_535)) return port
  throw new UsageError('Cannot use --port: it must be a number from 1024 to 65535')
}

function portFlaw(port: number, { code }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Cannot use port ${port}: another program uses it, so pass another --port or none`
    case 'EACCES':
    case 'EPERM':
      return `Cannot use port ${port}: this user may not listen on it, so pass another --port or none`
    default:
      return `Cannot use port ${port}: the system refuses it (${String(code)})`
  }
}

// A label of a host name: letters and digits only.
function randomName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(10))
  return `t${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

function createListener(html: string, ownHost: string): RequestListener {
  const [, policy = "default-src 'none'"] =
    /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html) ?? []
  const headers = {
    'cache-control': 'no-store',
    'content-security-policy': `${policy}; frame-ancestors 'none'`, // which a page cannot state itself
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'origin-agent-cluster': '?1',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  }
  return ({ method, url, headers: { host }, socket }, response) => {
    const plain = { ...headers, 'content-type': 'text/plain; charset=utf-8' }
    const hosts = [ownHost, '127.0.0.1', 'localhost'].map((name) => `${name}:${socket.localPort}`)
    // A stranger's name may be made to point here: DNS rebinding.
    if (!hosts.includes(String(host).toLowerCase())) response.writeHead(403, plain).end()
    else if (!['GET', 'HEAD'].includes(String(method)))
      response.writeHead(405, { ...plain, allow: 'GET, HEAD' }).end()
    else if (url !== '/') response.writeHead(404, plain).end()
    else
      response.writeHead(200, { ...headers, 'content-type': 'text/html; charset=utf-8' }).end(html)
  }
}
