// The token page as it is built, in Chromium: from the command that serves it, and from disk. By keyboard alone.

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AccessToken, TaskRouterCapability, TwilioCapability } from '../../lib/index.ts'
import { root } from '../runtimes/find.mjs'
import { launch, requireTool, type Browser } from './puppeteer.ts'

const { source: axe } = requireTool('axe-core') as { source: string }

const secret = 'the secret of that account or key'
const access = () =>
  new AccessToken('AC123123', 'SK123123', secret, { identity: 'alice' }).grantVoice({
    incomingAllow: true,
  })
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
  const [line] = (await once(server.stdout, 'data')) as [Buffer]
  served = line.toString().trim()
}, 120_000)

afterAll(async () => {
  server.kill()
  await browser.close()
})

const places = {
  'from the command': () => served,
  'from disk': () => pathToFileURL(join(root, 'dist/page.html')).href,
}

describe.each(Object.entries(places))('the page %s', (_, place) => {
  async function open() {
    const page = await browser.newPage()
    const requests: string[] = []
    page.on('request', (request) => requests.push(request.url()))
    await page.goto(place())
    await page.waitForFunction('document.activeElement.id === "token"') // a browser puts the cursor there as it first paints
    return { page, requests }
  }

  // Types the token, where the cursor is from the start, then the secret in the next field, and reads what the page says.
  async function read(token: string, typed = '') {
    const { page, requests } = await open()
    await page.keyboard.sendCharacter(token)
    await page.keyboard.press('Tab')
    if (typed !== '') await page.keyboard.sendCharacter(typed)
    const signature =
      typed === ''
        ? ''
        : ' && /signed with|No token/.test(document.getElementById("verdict").textContent)'
    await page.waitForFunction(
      `document.getElementById("result").childElementCount > 0${signature}`,
    )
    const text = await page.evaluate<string>(
      'document.getElementById("verdict").innerText + "\\n" + document.getElementById("result").innerText',
    )
    const elements = await page.evaluate<number>(
      'document.querySelectorAll("img, b, script:not([type])").length',
    )
    const whole = await page.evaluate<string>(
      'document.documentElement.outerHTML + location.href + localStorage.length',
    )
    await page.close()
    expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([place()])
    if (typed !== '') expect(whole).not.toContain(typed)
    return { text, elements }
  }

  it.each<[string, () => Promise<string>, string[]]>([
    [
      'access',
      () => access().generate(),
      ['alice', 'made 20', 'twilio-fpa', 'nothing to find fault with'],
    ],
    [
      'capability',
      () => new TwilioCapability('AC123123', secret).allowClientIncoming('Alice').generate(),
      ['incoming calls as Alice', 'warning 20101'],
    ],
    [
      'TaskRouter',
      () => new TaskRouterCapability('AC123123', secret, 'WS123').generate(),
      ['workspace: WS123', 'allow GET'],
    ],
  ])('says what a good %s token holds, and that it is signed', async (_kind, make, expected) => {
    const { text } = await read(await make(), secret)
    for (const part of ['No error found; signed with this secret', ...expected])
      expect(text).toContain(part)
    expect(text).toMatch(/expires in (1 h|59 min)/)
  })

  it('says that one has expired', async () => {
    const { text } = await read(await access().generate({ now: now - 7200 }))
    for (const part of [
      'Twilio would refuse it; signature not checked',
      'expired 1 h',
      'error 20104',
    ])
      expect(text).toContain(part)
  })

  it('says that one is forged', async () => {
    const [header = '', , signature = ''] = (await access().generate()).split('.')
    const claims = Buffer.from(JSON.stringify({ ...access().claims(), sub: 'AC666' })).toString(
      'base64url',
    )
    for (const { text } of [
      await read(`${header}.${claims}.${signature}`, secret),
      await read(await access().generate(), 'another'),
    ])
      for (const part of ['Twilio would refuse it; not signed with this secret', 'error 20107'])
        expect(text).toContain(part)
  })

  it('says that a text is none', async () => {
    expect((await read('no token at all')).text).toMatch(
      /^No token that can be read\n[^]*error 20101/,
    )
  })

  it('shows hostile text as text', async () => {
    const hostile = new AccessToken('AC123123', 'SK123123', secret, {
      identity: '<img src=x onerror=alert(1)><b>\u202e',
    }).grantVideo()
    const { text, elements } = await read(await hostile.generate())
    expect(text).toContain('identity: <img src=x onerror=alert(1)><b>\\u{202e}')
    expect(text).not.toMatch(/\p{Cf}/u)
    expect(elements).toBe(0)
  })

  it('takes what is pasted, and shows where the keyboard is', async () => {
    const { page } = await open()
    await page.keyboard.sendCharacter(await access().generate())
    for (const command of ['SelectAll', 'Cut'])
      await page.keyboard.press('x', { commands: [command] })
    await page.waitForFunction('document.getElementById("result").childElementCount === 0')
    await page.keyboard.press('v', { commands: ['Paste'] })
    await page.waitForFunction('document.getElementById("result").innerText.includes("alice")')
    const outlines = []
    for (const id of ['token', 'secret']) {
      await page.waitForFunction(`document.activeElement.id === '${id}'`)
      outlines.push(
        await page.evaluate(
          'parseFloat(getComputedStyle(document.activeElement).outlineWidth) > 1',
        ),
      )
      await page.keyboard.press('Tab')
    }
    await page.close()
    expect(outlines).toEqual([true, true])
  })

  it.each(['dark', 'light'])('is accessible by the rules of axe: %s', async (value) => {
    const { page } = await open()
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }])
    await page.keyboard.sendCharacter(await access().generate({ now: now - 7200 }))
    await page.waitForFunction('document.getElementById("result").childElementCount > 0')
    await page.evaluate(axe)
    const found = await page.evaluate<{ id: string }[]>(
      'axe.run().then(({ violations, passes }) => [...violations.map(({ id, nodes }) => ({ id, targets: nodes.map(({ html }) => html) })), { id: String(passes.length > 20) }])',
    )
    await page.close()
    expect(found).toEqual([{ id: 'true' }]) // enough rules were applied, and none is broken
  })

  it('lets no request out', async () => {
    const { page } = await open()
    const blocked = await page.evaluate<string[]>(`(async () => {
      const seen = []
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => seen.push(effectiveDirective))
      await fetch('https://example.com/').catch(() => undefined)
      await new Promise((resolve) => Object.assign(new Image(), { onerror: resolve, src: 'https://example.com/x.png' }))
      await new Promise((resolve) => setTimeout(resolve, 100))
      return [...new Set(seen)].sort() // served, two policies say so: the one of the page and that of the headers
    })()`)
    await page.close()
    expect(blocked).toEqual(['connect-src', 'img-src'])
  })

  it('names its fields, is dark and light, and fits 320 pixels', async () => {
    const { page } = await open()
    const { children = [] } = (await page.accessibility.snapshot()) ?? {}
    expect(children.filter(({ role }) => role === 'textbox').map(({ name }) => name)).toEqual([
      'Token',
      'Secret, to check the signature (optional)',
    ])
    await page.keyboard.sendCharacter(await access().generate())
    await page.waitForFunction('document.getElementById("result").childElementCount > 0')
    await page.setViewport({ width: 320, height: 640 })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320)
    const colours = []
    for (const value of ['dark', 'light']) {
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }])
      colours.push(await page.evaluate('getComputedStyle(document.body).backgroundColor'))
    }
    await page.close()
    expect(colours).toEqual(['rgb(18, 21, 27)', 'rgb(246, 247, 249)'])
  })
})
