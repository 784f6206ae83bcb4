// jest-environment-jsdom lacks what browsers have, so it is taken from Node.

const { webcrypto } = require('node:crypto')
const { TextDecoder, TextEncoder } = require('node:util')

Object.assign(globalThis, { TextDecoder, TextEncoder })
Object.defineProperty(globalThis, 'crypto', { value: webcrypto })
