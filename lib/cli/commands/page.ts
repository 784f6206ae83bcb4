// `twilio-tokens page`: serves the token page, on this machine alone.

import { createServer, type RequestListener } from 'node:http'
import { parseArgs } from 'node:util'
import { rejectPositionals, type Command } from '../command.ts'

export const page: Command = {
  help: `Usage: twilio-tokens page [--port NUMBER]

Serves a page on this machine alone, into which to paste a token: it says what inspect says, and sends nothing anywhere. Ctrl-C ends it.

  --port NUMBER   1024 to 65535; any free port if left out

Example:
  twilio-tokens page --port 8080
`,

  async run(args, _environment, terminal) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { port: { type: 'string' } },
    })
    rejectPositionals(positionals)
    const { port: wanted = '0' } = values
    const isRight =
      wanted === '0' ||
      (/^\d{4,5}$/.test(wanted) && Number(wanted) >= 1024 && Number(wanted) <= 65_535)
    if (!isRight) throw new TypeError('Cannot use --port: it must be a number from 1024 to 65535')
    const server = createServer(createListener(await terminal.readPage()))
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(Number(wanted), '127.0.0.1', resolve)
    })
    const { port } = server.address() as { port: number } // of a server that listens on a port
    const stop = () => {
      server.close()
      server.closeAllConnections()
    }
    return { status: 0, stdout: `http://127.0.0.1:${port}/\n`, stderr: '', stop }
  },
}

function createListener(html: string): RequestListener {
  const [, policy = "default-src 'none'"] =
    /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html) ?? []
  const headers = {
    'cache-control': 'no-store',
    'content-security-policy': `${policy}; frame-ancestors 'none'`, // which a page cannot say of itself
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  }
  return ({ method, url, headers: { host }, socket }, response) => {
    const plain = { ...headers, 'content-type': 'text/plain; charset=utf-8' }
    // A stranger's name may be made to point here: DNS rebinding.
    if (
      ![`127.0.0.1:${socket.localPort}`, `localhost:${socket.localPort}`].includes(
        String(host).toLowerCase(),
      )
    )
      response.writeHead(403, plain).end()
    else if (!['GET', 'HEAD'].includes(String(method)))
      response.writeHead(405, { ...plain, allow: 'GET, HEAD' }).end()
    else if (url !== '/') response.writeHead(404, plain).end()
    else
      response.writeHead(200, { ...headers, 'content-type': 'text/html; charset=utf-8' }).end(html)
  }
}
