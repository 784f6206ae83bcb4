// A stand-in for Twilio's signalling server, as the Voice SDK 2.18.5 speaks with it: es5/twilio/pstream.js says what is sent and which
// answers there are, es5/twilio/device.js what they come to. It believes a token where `verify` does, and nothing else of
// the client. What a call does is decided by the application, which it asks with a webhook.

import { once } from 'node:events'
import { createServer } from 'node:https'
import { generate } from 'selfsigned'
import { WebSocketServer } from 'ws'
import { verify } from '../../dist/index.js'

/**
 * Starts it on loopback, under a certificate of its own making.
 *
 * @param {string} secret What tokens must be signed with.
 * @param {(path: string, form: Record<string, string>) => Promise<Response>} [post] Posts a webhook to the application. Without
 *   it nobody can place a call, and whoever registers is called by bob.
 */
export async function startSignalling(secret, post) {
  const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }])
  const server = createServer({ key, cert })
  /** The tokens that were taken, what they hold, and in which second they came. */
  const taken = []
  /** Why others were not. */
  const refused = []
  /** The phone numbers that were dialed. */
  const dialed = []
  /** What sends a message to each client that has registered. */
  const clients = new Map()

  new WebSocketServer({ server, path: '/signal' }).on('connection', (socket) => {
    const send = (type, payload) => socket.send(JSON.stringify({ type, payload }))
    const refuse = (code, message) => send('error', { error: { code, message } })
    let isTrusted = false
    let caller

    // Listens for a client: the token is in each `listen`, of which updateToken sends another.
    async function listen({ token }) {
      try {
        const contents = await verify(token, secret)
        const now = Math.floor(Date.now() / 1000)
        taken.push({ token, contents, at: now })
        isTrusted = true
        caller = contents
        const identity =
          contents.identity ?? contents.scopes.find(({ kind }) => kind === 'incoming')?.clientName
        send('connected', {
          region: 'us1',
          home: 'us1',
          token: { identity, accountSid: contents.accountSid, ttl: contents.expiresAt - now },
        })
      } catch ({ code }) {
        isTrusted = false
        refused.push(code)
        if (code === 'ERR_TOKEN_EXPIRED') refuse(31205, 'Access token expired')
        else refuse(31204, 'Invalid access token')
      }
    }

    // Asks the application what a call does, and does that: nothing, unless it answers with TwiML.
    async function place({ callsid, twilio }) {
      const form = {
        ...Object.fromEntries(new URLSearchParams(twilio.params)),
        AccountSid: caller.accountSid,
        ApplicationSid: caller.voice.outgoingApplicationSid,
        CallSid: `CA${callsid.replace(/\W/g, '')}`,
        CallStatus: 'ringing',
        From: `client:${caller.identity}`,
      }
      const response = await post('/voice', form)
      const twiml = response.ok ? await response.text() : ''
      const [, verb, target] = /<Dial[^>]*><(Number|Client)>([^<]*)<\/\1><\/Dial>/.exec(twiml) ?? []
      const ring = clients.get(target)
      if (verb === 'Number') dialed.push(target)
      else if (verb === 'Client' && ring) {
        const { CallSid, From } = form
        ring('invite', { callsid: CallSid, sdp: 'v=0', parameters: { CallSid, From } })
      } else {
        const error = { code: 31005, message: `The application answers ${response.status}` }
        send('hangup', { callsid, error })
        return
      }
      send('ringing', { callsid })
      await post('/status', { ...form, CallStatus: 'in-progress' })
    }

    socket.on('message', (data) => {
      if (String(data) === '\n') return // the beat of its heart
      const { type, payload } = JSON.parse(String(data))
      if (type === 'listen') void listen(payload)
      else if (type === 'register' && !isTrusted) refuse(31204, 'Invalid access token')
      else if (type === 'register') {
        send('ready', {})
        clients.set(caller.identity, send)
        if (!post)
          send('invite', {
            callsid: 'CA123',
            sdp: 'v=0',
            parameters: { CallSid: 'CA123', From: 'client:bob' },
          })
      } else if (type === 'invite' && isTrusted && caller.voice?.outgoingApplicationSid && post)
        void place(payload)
    })
  })

  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    host: `127.0.0.1:${server.address().port}`,
    taken,
    refused,
    dialed,
    stop() {
      server.close()
      server.closeAllConnections()
    },
  }
}
