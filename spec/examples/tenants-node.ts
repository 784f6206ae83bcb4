// tenants.ts in Node.

import { createServer } from 'node:http'
import tenants from './tenants.ts'

const {
  TWILIO_ACCOUNT_SID = '',
  TWILIO_AUTH_TOKEN = '',
  TWILIO_APPLICATION_SID = '',
  PORT,
} = process.env

createServer((request, response) => {
  const answer = async () => {
    const env = { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_APPLICATION_SID }
    const { status, headers, body } = await tenants.fetch(
      new Request(`http://localhost${request.url ?? ''}`),
      env,
    )
    response.writeHead(status, Object.fromEntries(headers))
    for await (const part of body ?? []) response.write(part)
    response.end()
  }
  void answer()
}).listen(Number(PORT), '127.0.0.1')
