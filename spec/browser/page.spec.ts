// The token page as it is built, in Chromium: from the command that serves it, and from disk. By keyboard only.

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  AccessToken,
  diagnose,
  TaskRouterCapability,
  TwilioCapability,
  type Finding,
} from '../../lib/index.ts'
import { readPaste } from '../../lib/report/paste.ts'
import { root } from '../runtimes/find.mjs'
import { launch, requireTool, type Browser, type Page } from './puppeteer.ts'

const { source: axe } = requireTool('axe-core') as { source: string }

const secret = 'the secret of that account or key'
const access = () =>
  new AccessToken('AC123123', 'SK123123', secret, { identity: 'alice' }).grantVoice({
    incomingAllow: true,
  })
/** A token with an error inside of a grant, and one about its time. */
const faulty = () =>
  new AccessToken('AC123123', 'SK123123', secret, { identity: 'alice' })
    .grant('voice', { incomingAllow: true })
    .grant('chat', {})
    .generate({ now: now - 7200 })
const now = Math.floor(Date.now() / 1000)

let browser: Browser
let server: ChildProcess
let served: string

beforeAll(async () => {
  browser = await launch()
  server = spawn(process.execPath, [join(root, 'dist/cli.js'), 'page'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (!server.stdout) throw new Error('The server has no output')
  const [lines] = (await once(server.stdout, 'data')) as [Buffer]
  ;[served = ''] = /http:\S+/.exec(lines.toString()) ?? []
}, 120_000)

afterAll(async () => {
  server.kill()
  await browser.close()
})

const places = {
  'from the command': () => served,
  'from disk': () => pathToFileURL(join(root, 'dist/page.html')).href,
}

const focused = (page: Page) => page.evaluate<string>('document.activeElement.id')
const verdict = (page: Page) =>
  page.evaluate<string>('document.getElementById("verdict").innerText')
const level = (page: Page) => page.evaluate<string>('document.getElementById("verdict").className')

describe.each(Object.entries(places))('the page %s', (_, place) => {
  async function open() {
    const page = await browser.newPage()
    const requests: string[] = []
    page.on('request', (request) => requests.push(request.url()))
    await page.goto(place())
    await page.waitForFunction('document.activeElement.id === "token"') // a browser puts the cursor there as it first paints
    return { page, requests }
  }

  // Types the token, where the cursor is from the start, then the secret in the next field.
  async function type(page: Page, token: string, typed = '') {
    await page.keyboard.sendCharacter(token)
    await page.keyboard.press('Tab')
    if (typed !== '') await page.keyboard.sendCharacter(typed)
    const signature = typed === '' ? 'signature not checked' : 'this secret|cannot be read|alg'
    await page.waitForFunction(
      `/${signature}/.test(document.getElementById("verdict").textContent)`,
    )
  }

  async function read(token: string, typed = '') {
    const { page, requests } = await open()
    await type(page, token, typed)
    const text = await page.evaluate<string>(
      'document.getElementById("verdict").innerText + "\\n" + document.getElementById("result").innerText',
    )
    const elements = await page.evaluate<number>(
      'document.querySelectorAll("img, b, script:not([type])").length',
    )
    const whole = await page.evaluate<string>(
      'document.documentElement.outerHTML + location.href + localStorage.length',
    )
    const found = { text, elements, level: await level(page) }
    await page.close()
    expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([place()])
    if (typed !== '') expect(whole).not.toContain(typed)
    return found
  }

  it.each<[string, () => Promise<string>, string, string[]]>([
    [
      'access',
      () => access().generate(),
      'good',
      ['No problems found; signed with this secret', 'alice', 'issued 20', 'twilio-fpa'],
    ],
    [
      'capability',
      () => new TwilioCapability('AC123123', secret).allowClientIncoming('Alice').generate(),
      'warning',
      [
        'No errors, 1 warning; signed with this secret',
        'incoming calls as Alice',
        'warning 20101',
        'kind-deprecated',
      ],
    ],
    [
      'TaskRouter',
      () => new TaskRouterCapability('AC123123', secret, 'WS123').generate(),
      'good',
      ['No problems found; signed with this secret', 'workspace: WS123', 'allow GET'],
    ],
  ])(
    'shows what a valid %s token contains, and that it is signed',
    async (_kind, make, expected, parts) => {
      const { text, level } = await read(await make(), secret)
      for (const part of parts) expect(text).toContain(part)
      expect(text).toMatch(/expires in (1 h|59 min)/)
      expect(level).toBe(expected)
    },
  )

  it('is not green if no signature was checked', async () => {
    const { text, level } = await read(await access().generate())
    expect(text).toMatch(/^No errors found; signature not checked/)
    expect(level).toBe('unsure')
  })

  it('names the first error in the verdict and counts the others', async () => {
    const { text, level } = await read(await faulty())
    expect(text).toMatch(/^Error: exp is .*; 1 more error, 1 warning; signature not checked/)
    expect(text).toContain('expired 1 h')
    expect(text.indexOf('error 20104')).toBeLessThan(text.indexOf('Lifetime'))
    expect(level).toBe('error')
  })

  it('shows that a token is forged', async () => {
    const [header = '', , signature = ''] = (await access().generate()).split('.')
    const claims = Buffer.from(JSON.stringify({ ...access().claims(), sub: 'AC666' })).toString(
      'base64url',
    )
    const { text, level } = await read(`${header}.${claims}.${signature}`, secret)
    for (const part of ['not signed with this secret', 'error 20107', 'signature-wrong'])
      expect(text).toContain(part)
    expect(level).toBe('error')
  })

  it('proves why a secret does not fit', async () => {
    const { text } = await read(await access().generate(), `${secret} `)
    for (const part of ['not signed with this secret', 'error 20107', 'signature-secret'])
      expect(text).toContain(part)
  })

  it.each<[string, (token: string) => string, string]>([
    ['white space around a token', (token) => `  ${token}\n`, 'No problems found'],
    [
      'a JSON response',
      (token) => JSON.stringify({ data: { token } }),
      'Found in a JSON response, at data.token',
    ],
    ['a header line', (token) => `Authorization: Bearer ${token}`, 'text-wrapped'],
    ['wrapped lines', (token) => token.replace(/.{60}/g, '$&\n'), 'text-wrapped'],
    ['quotes', (token) => `"${token}"`, 'text-wrapped'],
  ])('reads a token in %s', async (_title, wrap, part) => {
    const { text } = await read(wrap(await access().generate()), secret)
    for (const expected of [part, 'signed with this secret', 'identity: alice'])
      expect(text).toContain(expected)
  })

  it('reports a text that is not a token', async () => {
    const { text } = await read('no token at all')
    expect(text).toMatch(/^Error: [^]*error 20101[^]*text-other/)
  })

  it('shows header and claims of a token that is not one of Twilio’s', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const { text } = await read(`${part({ alg: 'HS256', typ: 'JWT' })}.${part({ name: 'John' })}.`)
    for (const expected of ['"alg": "HS256"', '"name": "John"', 'kind-unknown'])
      expect(text).toContain(expected)
  })

  it('shows hostile text as text', async () => {
    const hostile = new AccessToken('AC123123', 'SK123123', secret, {
      identity: '<img src=x onerror=alert(1)><b>\u202e\ufe0f',
    }).grantVideo()
    const { text, elements } = await read(await hostile.generate())
    expect(text).toContain('identity: <img src=x onerror=alert(1)><b>\\u{202e}\\u{fe0f}')
    expect(text).not.toMatch(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/u)
    expect(elements).toBe(0)
  })

  it('links findings and places both ways, by keyboard, and leaves the address as it is', async () => {
    const { page } = await open()
    await type(page, await faulty())
    // From the field of the secret over two buttons to the first finding.
    const visited: string[] = []
    const press = async (key: string) => {
      await page.keyboard.press(key)
      const text = await page.evaluate<string>('document.activeElement.innerText || ""')
      visited.push(text)
      return text
    }
    while (!(await press('Tab')).startsWith('claims.exp')) expect(visited.length).toBeLessThan(9)
    await page.keyboard.press('Enter')
    expect(await focused(page)).toBe('place/claims/exp')
    expect(await page.evaluate('document.activeElement.innerText')).toMatch(/^"exp": \d+,$/)
    expect(await press('Tab')).toBe('← error 20104 time-expired')
    await page.keyboard.press('Enter')
    expect(await focused(page)).toBe('finding-1')
    expect(await page.evaluate('document.activeElement.innerText')).toContain('time-expired')
    const marks = await page.evaluate<string[]>(
      '[...document.querySelectorAll("mark")].map(({ innerText }) => innerText)',
    )
    expect(marks).toContain('"incomingAllow": true')
    expect(await page.evaluate('location.href')).toBe(place())
    await page.close()
  })

  it('links each finding to Twilio’s page about its code', async () => {
    const { page } = await open()
    await type(page, await faulty())
    const links = await page.evaluate<string[][]>(
      '[...document.querySelectorAll("a[target]")].map(({ href, rel }) => [href, rel])',
    )
    await page.close()
    expect(links).toContainEqual(['https://www.twilio.com/docs/api/errors/20104', 'noreferrer'])
  })

  it('shows a sample, copies its claims and clears it, with one key each', async () => {
    const { page } = await open()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('sample')
    await page.keyboard.press('Enter')
    await page.waitForFunction('/this secret/.test(document.getElementById("verdict").textContent)')
    expect(await verdict(page)).toMatch(/^Error: .*signed with this secret$/s)
    expect(await page.evaluate('document.getElementById("token").value')).toMatch(/^eyJ/)
    const copied = await page.evaluate<string>(`new Promise((resolve) => {
      navigator.clipboard.writeText = async (text) => resolve(text)
      const button = [...document.querySelectorAll('button')].find(({ innerText }) => innerText === 'Copy claims')
      button.focus()
      button.click()
    })`)
    expect(JSON.parse(copied)).toMatchObject({ iss: 'SK123123', sub: 'AC123123' })
    await page.waitForFunction('document.activeElement.innerText === "Copied"')
    await page.evaluate('document.getElementById("clear").focus()')
    await page.keyboard.press('Enter')
    await page.waitForFunction('document.getElementById("result").childElementCount === 0')
    expect(await focused(page)).toBe('token')
    expect(
      await page.evaluate(
        'document.getElementById("token").value + document.getElementById("secret").value',
      ),
    ).toBe('')
    await page.close()
  })

  it('grows the token field with its text', async () => {
    const { page } = await open()
    const height = () => page.evaluate<number>('document.getElementById("token").offsetHeight')
    const empty = await height()
    await type(
      page,
      await access()
        .grantVideo({ room: 'x'.repeat(600) })
        .generate(),
    )
    expect(await height()).toBeGreaterThan(empty)
    expect(
      await page.evaluate(
        'document.getElementById("token").scrollHeight <= document.getElementById("token").clientHeight',
      ),
    ).toBe(true)
    await page.close()
  })

  it('accepts what is pasted, and shows where the keyboard is', async () => {
    const { page } = await open()
    await page.keyboard.sendCharacter(await access().generate())
    for (const command of ['SelectAll', 'Cut'])
      await page.keyboard.press('x', { commands: [command] })
    await page.waitForFunction('document.getElementById("result").childElementCount === 0')
    await page.keyboard.press('v', { commands: ['Paste'] })
    await page.waitForFunction('document.getElementById("result").innerText.includes("alice")')
    const outlines = []
    for (const id of ['token', 'secret', 'sample', 'clear']) {
      await page.waitForFunction(`document.activeElement.id === '${id}'`)
      outlines.push(
        await page.evaluate(
          'parseFloat(getComputedStyle(document.activeElement).outlineWidth) > 1',
        ),
      )
      await page.keyboard.press('Tab')
    }
    await page.close()
    expect(outlines).toEqual([true, true, true, true])
  })

  it.each<[string, string, () => Promise<string>]>([
    ['dark', 'a token with findings', faulty],
    ['light', 'a token with findings', faulty],
    ['dark', 'a valid token', () => access().generate()],
    ['light', 'a text that is not a token', () => Promise.resolve('undefined')],
    ['light', 'nothing', () => Promise.resolve('')],
  ])('is accessible by the rules of axe: %s, %s', async (value, _title, make) => {
    const { page } = await open()
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }])
    const token = await make()
    if (token !== '') await type(page, token, secret)
    await page.evaluate(axe)
    const found = await page.evaluate<{ id: string }[]>(
      'axe.run().then(({ violations, passes }) => [...violations.map(({ id, nodes }) => ({ id, targets: nodes.map(({ html }) => html) })), { id: String(passes.length > 15) }])',
    )
    await page.close()
    expect(found).toEqual([{ id: 'true' }]) // enough rules were applied, and none is broken
  })

  it('lets no request out, and no text become markup', async () => {
    const { page } = await open()
    const blocked = await page.evaluate<string[]>(`(async () => {
      const seen = []
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => seen.push(effectiveDirective))
      await fetch('https://example.com/').catch(() => undefined)
      await new Promise((resolve) => Object.assign(new Image(), { onerror: resolve, src: 'https://example.com/x.png' }))
      try { document.createElement('div').innerHTML = '<b>' } catch {}
      await new Promise((resolve) => setTimeout(resolve, 100))
      return [...new Set(seen)].sort() // served, two policies report it: the one of the page and that of the headers
    })()`)
    await page.close()
    expect(blocked).toEqual(['connect-src', 'img-src', 'require-trusted-types-for'])
  })

  it('names its fields, is dark and light, and fits 320 pixels', async () => {
    const { page } = await open()
    const { children = [] } = (await page.accessibility.snapshot()) ?? {}
    expect(children.filter(({ role }) => role === 'textbox').map(({ name }) => name)).toEqual([
      'Token',
      'Secret, to check the signature (optional)',
    ])
    await type(page, await faulty())
    await page.setViewport({ width: 320, height: 640 })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320)
    const colors = []
    for (const value of ['dark', 'light']) {
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }])
      colors.push(await page.evaluate('getComputedStyle(document.body).backgroundColor'))
    }
    await page.close()
    expect(colors).toEqual(['rgb(18, 21, 27)', 'rgb(246, 247, 249)'])
  })
})

describe('a service worker of another application', () => {
  it('a service worker cannot answer in place of the page at its own origin', async () => {
    const worker = `addEventListener('fetch', (event) => event.respondWith(new Response('replaced')))`
    const other = createServer(({ url }, response) => {
      const isWorker = url === '/worker.js'
      response
        .writeHead(200, { 'content-type': isWorker ? 'text/javascript' : 'text/html' })
        .end(isWorker ? worker : '<title>another application</title>')
    })
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as { port: number }
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${port}/`)
    await page.evaluate(
      `navigator.serviceWorker.register('/worker.js').then(() => navigator.serviceWorker.ready).then(() => true)`,
    )
    other.closeAllConnections()
    await new Promise((resolve) => other.close(resolve))

    const command = spawn(process.execPath, [join(root, 'dist/cli.js'), 'page', String(port)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [lines] = (await once(command.stdout, 'data')) as [Buffer]
    const [own = '', plain = ''] = lines.toString().match(/http:\S+/g) ?? []
    const textOf = async (url: string) => {
      await page.goto(url)
      return page.evaluate<string>('document.body.innerText')
    }
    expect(await textOf(plain)).toBe('replaced') // which is why the page has an origin of its own
    expect(await textOf(own)).toContain('What is in this token?')
    command.kill()
    await page.close()
  })
})

describe('cases from the field', () => {
  interface Case {
    id: string
    text: string
    secret?: string | string[]
    now?: number
  }

  it('the page reports what the library reports', async () => {
    const cases = JSON.parse(await readFile(join(root, 'spec/field/cases.json'), 'utf8')) as Case[]
    const page = await browser.newPage()
    await page.goto(served)
    for (const { id, text, secret: secrets, now = 1_790_000_000 } of cases) {
      const [typed = ''] = [secrets ?? []].flat()
      // An input of one line has no line feeds, and a pasted one loses them.
      if (/[\r\n]/.test(typed)) continue
      const options = typed === '' ? { now } : { now, secret: typed }
      const findings = await diagnose(readPaste(text).text, options)
      const shown = await page.evaluate<string[]>(`(async () => {
        Date.now = () => ${now * 1000}
        const fill = (id, value) => { document.getElementById(id).value = value }
        fill('token', '')
        document.getElementById('token').dispatchEvent(new Event('input'))
        document.getElementById('verdict').textContent = ''
        fill('secret', ${JSON.stringify(typed)})
        fill('token', ${JSON.stringify(text)})
        document.getElementById('token').dispatchEvent(new Event('input'))
        while (document.getElementById('verdict').textContent === '') await new Promise((resolve) => setTimeout(resolve))
        return [...document.querySelectorAll('article')].map((article) => article.querySelector('h3').textContent + ' ' + article.querySelector('code').textContent)
      })()`)
      const expected = ({ severity, code, title, rule }: Finding) =>
        `${severity} ${code}: ${title} ${rule}`
      expect({ id, shown }).toEqual({ id, shown: findings.map(expected) })
    }
    await page.close()
  }, 120_000)
})
