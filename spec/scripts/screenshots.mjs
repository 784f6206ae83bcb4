// `npm run screenshots`: the token page with a sample token, light and dark, for the README.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { AccessToken } from '../../dist/index.js'
import { programs, root } from '../runtimes/find.mjs'
import { installBrowserTools } from '../runtimes/install.mjs'

await installBrowserTools()
const puppeteer = createRequire(join(root, 'spec/browser/package.json'))('puppeteer-core')

const url = new URL('../../dist/page.html', import.meta.url).href
const secret = 'the secret of that API key'
const access = new AccessToken('AC123123', 'SK123123', secret, { identity: 'alice' })
access
  .grantVoice({ incomingAllow: true, outgoingApplicationSid: 'APabe7650f654fc34655fc81ae71caa3ff' })
  .grantVideo({ room: 'standup' })
const token = await access.generate({ now: Math.floor(Date.now() / 1000) - 1200 })

const browser = await puppeteer.launch({
  executablePath: programs.chromium(),
  args: ['--headless', '--no-sandbox'],
})
for (const scheme of ['light', 'dark']) {
  const page = await browser.newPage()
  await page.setViewport({ width: 760, height: 1040 })
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
  await page.goto(url)
  await page.type('#secret', secret)
  await page.focus('#token')
  await page.keyboard.sendCharacter(token)
  await page.waitForFunction('/signed with/.test(document.getElementById("verdict").textContent)')
  await page.screenshot({
    path: join(root, `lib/docs/images/${scheme}.png`),
  })
}
await browser.close()
