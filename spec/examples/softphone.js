import { Device } from '@twilio/voice-sdk'

/** Waits for calls as the user of the session, and fetches a new token before each one expires. */
export async function softphone(log, options = {}) {
  const fetchToken = async () => {
    const response = await fetch('/token') // with the cookie of the session
    if (!response.ok) throw new Error(`No token: status ${response.status}`)
    return (await response.json()).token
  }

  const device = new Device(await fetchToken(), options)
  device.on('registered', () => log(`registered as ${device.identity}`))
  device.on('tokenWillExpire', async () => {
    try {
      device.updateToken(await fetchToken())
      log('token renewed')
    } catch (error) {
      log(`token not renewed: ${error.message}`) // the SDK asks once: try again later, or ask the user to reload
    }
  })
  device.on('incoming', (call) => log(`call from ${call.parameters.From}`))
  device.on('error', ({ code, message }) => log(`error ${code}: ${message}`))
  await device.register()
  return device
}
