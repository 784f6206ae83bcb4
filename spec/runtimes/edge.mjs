// Runs the bundled specs in Vercel's edge VM, which evaluates scripts, not modules; a program of its own, so that it can be stopped.
// Usage: node edge.mjs <script>

import { EdgeVM } from '@edge-runtime/vm'
import { readFile } from 'node:fs/promises'

const vm = new EdgeVM()
vm.evaluate(await readFile(process.argv[2], 'utf8'))
console.log(JSON.stringify(await vm.evaluate('spec.default()')))
