// tenants.mjs in Node.

import { createServer } from 'node:http'
import process from 'node:process'
import tenants from './tenants.mjs'

createServer(async ({ url }, response) => {
  const request = new Request(`http://localhost${url}`)
  const { status, headers, body } = await tenants.fetch(request, process.env)
  response.writeHead(status, Object.fromEntries(headers))
  for await (const part of body ?? []) response.write(part)
  response.end()
}).listen(Number(process.env.PORT), '127.0.0.1')
