// A stand-in for Twilio's signalling server, as the Voice SDK 2.18.5 speaks with it: es5/twilio/pstream.js says what is sent and which
// answers there are, es5/twilio/device.js what they come to. It believes a token where `verify` does, and nothing else of
// the client. Whoever registers is called by bob.

import { once } from 'node:events'
import { createServer } from 'node:https'
import { generate } from 'selfsigned'
import { WebSocketServer } from 'ws'
import { verify } from '../../dist/index.js'

/**
 * Starts it on loopback, under a certificate of its own making.
 *
 * @param {string} secret What tokens must be signed with.
 */
export async function startSignalling(secret) {
  const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }])
  const server = createServer({ key, cert })
  /** The tokens that were taken, what they hold, and in which second they came. */
  const taken = []
  /** Why others were not. */
  const refused = []

  new WebSocketServer({ server, path: '/signal' }).on('connection', (socket) => {
    const send = (type, payload) => socket.send(JSON.stringify({ type, payload }))
    const refuse = (code, message) => send('error', { error: { code, message } })
    let isTrusted = false

    // Listens for a client: the token is in each `listen`, of which updateToken sends another.
    async function listen({ token }) {
      try {
        const contents = await verify(token, secret)
        const now = Math.floor(Date.now() / 1000)
        taken.push({ token, contents, at: now })
        isTrusted = true
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

    socket.on('message', (data) => {
      if (String(data) === '\n') return // the beat of its heart
      const { type, payload } = JSON.parse(String(data))
      if (type === 'listen') void listen(payload)
      else if (type === 'register' && !isTrusted) refuse(31204, 'Invalid access token')
      else if (type === 'register') {
        send('ready', {})
        send('invite', {
          callsid: 'CA123',
          sdp: 'v=0',
          parameters: { CallSid: 'CA123', From: 'client:bob' },
        })
      }
    })
  })

  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    host: `127.0.0.1:${server.address().port}`,
    taken,
    refused,
    stop() {
      server.close()
      server.closeAllConnections()
    },
  }
}
