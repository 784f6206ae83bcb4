import { Test } from '@nestjs/testing'
import * as tokens from 'twilio-tokens'
import { TokensService } from './tokens.service'

describe('TokensService', () => {
  let service: TokensService

  beforeEach(async () => {
    const module = await Test.createTestingModule({ providers: [TokensService] }).compile()
    service = module.get(TokensService)
  })

  it('generates a token and verifies it', async () => {
    expect(await service.identityOf(await service.generate('alice'))).toBe('alice')
  })

  it('answers 401 for a token that verify() rejects', async () => {
    await expect(service.identityOf('not a token')).rejects.toMatchObject({
      status: 401,
      message: 'ERR_TOKEN_MALFORMED',
    })
  })

  it('can be tested with a spy in place of verify()', async () => {
    const contents = tokens.inspect(await service.generate('bob'))
    jest.spyOn(tokens, 'verify').mockResolvedValue(contents)
    expect(await service.identityOf('not a token')).toBe('bob')
    jest.restoreAllMocks()
  })
})
