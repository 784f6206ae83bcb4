// npm run bench:parts: what of a token is not the signature, in microseconds, beside the floor.
//
// `crypto.subtle.sign` is replaced by one resolved promise, so that everything else runs as usual. It is measured first on its own, repeatedly,
// and then after a real signature each time, as in a sequence of tokens. Then the processor has done something else in between.

import { TwilioCapability } from '../dist/index.js'
import { compare } from './measure.mjs'
import { accountSid, applicationSid, clientName, expires, now, payload, secret } from './task.mjs'
import makeFloor from './contenders/floor.mjs'

const {
  sign: { floor },
} = await makeFloor()
const signature = await floor()
const subtle = crypto.subtle
const sign = subtle.sign.bind(subtle)
const builder = () =>
  new TwilioCapability(accountSid, secret)
    .allowClientIncoming(clientName)
    .allowClientOutgoing(applicationSid)

let isReal = true
subtle.sign = (...args) => (isReal ? sign(...args) : Promise.resolve(signature))
const unsigned = async () => {
  isReal = false
  const token = await builder().generate({ expires, now })
  isReal = true
  return token
}

const parts = {
  floor,
  'the builder, made and filled': builder,
  'and its claims': () => builder().claims({ expires, now }),
  'JSON of the claims': () => JSON.stringify(payload),
  'all but the signature': unsigned,
  'the floor, then all but the signature': async () => {
    await floor()
    return unsigned()
  },
}

const results = await compare(parts, { seconds: 15 })
console.log(
  `Node ${process.versions.node}, ${process.platform} ${process.arch}: microseconds a token, sequential`,
)
for (const [name, { microseconds, ratio }] of Object.entries(results))
  console.log(
    `  ${name.padEnd(40)}${microseconds.toFixed(2).padStart(7)}   ${ratio.toFixed(2)} x the floor`,
  )
