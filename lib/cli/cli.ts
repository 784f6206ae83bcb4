#!/usr/bin/env node
import process from 'node:process'
import { main } from './main.ts'

const { status, stdout, stderr } = await main(process.argv.slice(2), process.env)
process.stdout.write(stdout)
process.stderr.write(stderr)
process.exitCode = status
