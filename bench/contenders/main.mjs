// Prints the measurements of all contenders as a line of JSON, in whatever runtime runs this file. Its argument is the options.

import process from 'node:process'
import { measureContenders } from './contenders.mjs'

console.log(JSON.stringify(await measureContenders(JSON.parse(process.argv[2]))))
