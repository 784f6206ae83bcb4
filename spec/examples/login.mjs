// Prints the cookie that a user has after signing in, so that you can try the programs with curl:
//
//   curl --cookie "$(node login.mjs alice)" http://127.0.0.1:8080/token

import process from 'node:process'
import { sessionCookie } from './session.mjs'

const [, , user] = process.argv
const { SESSION_SECRET } = process.env
if (!user || !SESSION_SECRET) throw new Error('Usage: SESSION_SECRET=… node login.mjs USER')
console.log(await sessionCookie(user, SESSION_SECRET))
