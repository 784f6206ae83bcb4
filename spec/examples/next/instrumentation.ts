// Next.js calls this when the server starts, but not during a build. With a variable that is missing or wrong, Next.js logs the
// error and answers 500 to every request.

import { checkVariables } from './twilio'

export function register() {
  checkVariables()
}
