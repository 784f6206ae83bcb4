import { describe, expect, it } from 'vitest'
import { readPaste } from '../../lib/report/paste.ts'

const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzY29wZSI6IiJ9.c2lnbmF0dXJl'
const other = 'eyJhbGciOiJIUzI1NiJ9.eyJzY29wZSI6IngifQ.c2lnbmF0dXJl'

describe('readPaste()', () => {
  it.each([
    ['spaces', `  ${token}  `],
    ['line feeds', `\n${token}\r\n`],
    ['a byte order mark', `\ufeff${token}`],
  ])('readPaste() removes %s around a token', (_, pasted) => {
    expect(readPaste(pasted)).toEqual({ text: token })
  })

  it.each([
    ['the answer of a server', { token }, 'token'],
    ['an answer with other members', { identity: 'alice', token, ttl: 3600 }, 'token'],
    ['a nested answer', { data: { accessToken: { jwt: token } } }, 'data.accessToken.jwt'],
    ['a list', [{ token }], '[0].token'],
    ['the same token twice', { token, jwt: token }, 'token'],
    ['white space in the value', { token: ` ${token}\n` }, 'token'],
  ])('readPaste() takes %s apart', (_, answer, path) => {
    for (const json of [JSON.stringify(answer), JSON.stringify(answer, null, 2)])
      expect(readPaste(`${json}\n`)).toEqual({ text: token, path })
  })

  it('readPaste() finds a token that was cut, so that it can be judged', () => {
    expect(readPaste('{"token":"eyJhbGciOiJIUzI1NiJ9.eyJzY29"}')).toEqual({
      text: 'eyJhbGciOiJIUzI1NiJ9.eyJzY29',
      path: 'token',
    })
  })

  it.each([
    ['two tokens', JSON.stringify({ token, refresh: other })],
    ['no token', '{"sid":"AC123"}'],
    ['a token in a sentence', JSON.stringify({ authorization: `Bearer ${token}` })],
    ['text that is not JSON', `{ token: '${token}' }`],
    ['a JSON string', JSON.stringify(token)],
    ['a header line', `Authorization: Bearer ${token}`],
  ])('readPaste() leaves %s to diagnose()', (_, text) => {
    expect(readPaste(text)).toEqual({ text })
  })

  it('readPaste() reads JSON that is nested deeper than a stack can follow', () => {
    const depth = 20_000
    const text = `${'['.repeat(depth)}"${token}"${']'.repeat(depth)}`
    expect(readPaste(text)).toEqual({ text })
    expect(readPaste(`[${'1,'.repeat(20_000)}"${token}"]`)).toHaveProperty('text')
  })
})
