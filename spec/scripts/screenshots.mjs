// `npm run screenshots`: the token page with a sample token, light and dark, for the README. Token, clock, language and time zone
// are fixed, so that the same page yields the same images.
import { createHmac } from 'node:crypto'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { programs, root } from '../runtimes/find.mjs'
import { installBrowserTools } from '../runtimes/install.mjs'

await installBrowserTools()
const puppeteer = createRequire(join(root, 'spec/browser/package.json'))('puppeteer-core')

const url = new URL('../../dist/page.html', import.meta.url).href
const secret = 'the secret of that API key'
const now = 1_800_000_000
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
// Written by hand, with the mistake that most such tokens have: the name of an option in place of a grant's member.
const input = [
  { alg: 'HS256', typ: 'JWT', cty: 'twilio-fpa;v=1' },
  {
    jti: 'SK123123-1800000000',
    grants: {
      identity: 'alice',
      voice: {
        incomingAllow: true,
        outgoing: { application_sid: 'APabe7650f654fc34655fc81ae71caa3ff' },
      },
    },
    iat: now - 1200,
    exp: now + 2400,
    iss: 'SK123123',
    sub: 'AC123123',
  },
]
  .map(part)
  .join('.')
const token = `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`

const browser = await puppeteer.launch({
  executablePath: programs.chromium(),
  args: ['--headless', '--no-sandbox', '--lang=en-US', '--hide-scrollbars'],
})
for (const scheme of ['light', 'dark']) {
  const page = await browser.newPage()
  await page.evaluateOnNewDocument(`Date.now = () => ${now * 1000}`)
  await page.emulateTimezone('Europe/Oslo')
  await page.setViewport({ width: 760, height: 1100 })
  await page.emulateMediaFeatures([
    { name: 'prefers-color-scheme', value: scheme },
    { name: 'prefers-reduced-motion', value: 'reduce' },
  ])
  await page.goto(url)
  await page.focus('#secret')
  await page.keyboard.sendCharacter(secret)
  await page.focus('#token')
  await page.keyboard.sendCharacter(token)
  await page.waitForFunction('/signed with/.test(document.getElementById("verdict").textContent)')
  await page.evaluate('document.activeElement.blur()') // a cursor blinks
  await page.screenshot({ path: join(root, `lib/docs/images/${scheme}.png`) })
}
await browser.close()
