import ironloop = require('ironloop')

import type { ErrorCode, IronloopError } from 'ironloop'
import { describe, expect, test } from 'tstyche'

describe('the root', () => {
  test('holds the modules as namespaces', () => {
    expect<keyof typeof ironloop>().type.toBe<
      'buffer' | 'capabilities' | 'child_process' | 'events' | 'loop' | 'net' | 'pool' | 'stream' | 'timers' | 'version'
    >()
    expect(ironloop.version).type.toBe<string>()
  })

  test('says what the machine can do', () => {
    const { binding, wake, threads, libc } = ironloop.capabilities()
    expect(binding.kind).type.toBe<'native' | 'wasm' | 'none'>()
    expect(wake).type.toBe<'uv-async' | 'doorbell' | 'immediate' | undefined>()
    expect(libc).type.toBe<'glibc' | 'musl' | undefined>()
    expect(threads).type.toBe<number>()
  })
})

describe('errors', () => {
  test('are told apart by their code', () => {
    expect<'ERR_NATIVE_BINDING_MISSING'>().type.toBeAssignableTo<ErrorCode>()
    expect<string>().type.not.toBeAssignableTo<ErrorCode>()
    expect<IronloopError>().type.toBeAssignableTo<Error>()
  })
})
