// Next.js calls this when the server starts, and not when it builds: with a variable that is missing or wrong, it does not start.

import { checkVariables } from './twilio'

export function register() {
  checkVariables()
}
