import worker from './worker.ts' // the Worker above

const { TWILIO_ACCOUNT_SID = '', TWILIO_AUTH_TOKEN = '', TWILIO_APPLICATION_SID = '' } = process.env

Bun.serve({
  hostname: '127.0.0.1',
  port: process.env['PORT'],
  fetch: (request) =>
    worker.fetch(request, { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_APPLICATION_SID }),
})
