#!/usr/bin/env node
// The program that npm installs. It asks for a newer Node before it loads the rest, which an old one may not be able to
// read.

import process from 'node:process'

declare const NEEDED: string // written by the build: "20.19", from engines in package.json

const parse = (version: string) => version.split('.').map(Number)
const [major = 0, minor = 0] = parse(process.versions.node)
const [neededMajor = 0, neededMinor = 0] = parse(NEEDED)

if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) {
  void import('./cli.ts')
} else {
  process.stderr.write(
    `twilio-tokens needs Node ${NEEDED} or newer, got Node ${process.versions.node}\n`,
  )
  process.exitCode = 2
}
