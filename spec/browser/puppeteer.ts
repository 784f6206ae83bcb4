// As much of puppeteer as is used here: it is in a package of its own, which only some have.

import { createRequire } from 'node:module'
import { join } from 'node:path'
import { programs, root } from '../runtimes/find.mjs'
import { installBrowserTools } from '../runtimes/install.mjs'

export interface Page {
  goto(url: string): Promise<unknown>
  close(): Promise<void>
  evaluate<T>(code: string): Promise<T>
  waitForFunction(code: string, options?: { timeout: number }): Promise<unknown>
  emulateMediaFeatures(features: { name: string; value: string }[]): Promise<void>
  setViewport(size: { width: number; height: number }): Promise<void>
  on(event: 'request', heard: (request: { url(): string }) => void): void
  keyboard: {
    press(key: string, options?: { commands: string[] }): Promise<void>
    sendCharacter(text: string): Promise<void>
  }
  accessibility: { snapshot(): Promise<{ children?: { role: string; name?: string }[] } | null> }
}

export interface Browser {
  newPage(): Promise<Page>
  /** Opens a window with cookies of its own. */
  createBrowserContext(): Promise<{ newPage(): Promise<Page>; close(): Promise<void> }>
  close(): Promise<void>
}

await installBrowserTools()

/** Loads what spec/browser/package.json names. */
export const requireTool = createRequire(join(root, 'spec/browser/package.json'))

const { default: puppeteer } = requireTool('puppeteer-core') as {
  default: { launch(options: object): Promise<Browser> }
}

/** Starts Chromium without a window. */
export const launch = (...args: string[]): Promise<Browser> =>
  puppeteer.launch({
    executablePath: programs.chromium(),
    args: ['--headless', '--no-sandbox', ...args],
  })
