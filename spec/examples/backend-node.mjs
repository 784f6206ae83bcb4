// backend.ts in Node, whose server does not pass a Request.

import { createServer } from 'node:http'
import process from 'node:process'
import { Readable } from 'node:stream'
import backend from './backend.ts'

createServer(async (incoming, outgoing) => {
  const { method, url, headers } = incoming
  const body = method === 'POST' ? Readable.toWeb(incoming) : null
  const init = { method, headers, body, duplex: 'half' }
  const response = await backend.fetch(new Request(`http://${headers.host}${url}`, init))
  outgoing.writeHead(response.status, [...response.headers].flat()).end(await response.text())
}).listen(Number(process.env.PORT ?? 8080), '127.0.0.1')
