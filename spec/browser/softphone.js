import { Device } from '@twilio/voice-sdk'

/** Waits for calls as the client that the server's token names, with a new token before each expires. */
export async function softphone(log, options = {}) {
  const fetchToken = async () => (await (await fetch('/token?identity=alice')).json()).token

  const device = new Device(await fetchToken(), options)
  device.on('registered', () => log(`registered as ${device.identity}`))
  device.on('tokenWillExpire', async () => {
    device.updateToken(await fetchToken())
    log('token renewed')
  })
  device.on('incoming', (call) => log(`call from ${call.parameters.From}`))
  device.on('error', ({ code, message }) => log(`error ${code}: ${message}`))
  await device.register()
}
