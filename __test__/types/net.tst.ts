import { connect, type Server } from 'node:net'
import {
  type Codec,
  createFramedServer,
  delimited,
  type FramedConnection,
  framed,
  lengthPrefixed,
  netstring,
  sendFile,
  struct,
} from 'ironloop/net'
import { frames, type TransformOf } from 'ironloop/stream'
import { expect, test } from 'tstyche'

type Sent = string | NodeJS.ArrayBufferView

test('codecs', () => {
  expect(lengthPrefixed()).type.toBe<Codec<Buffer, Sent>>()
  expect(lengthPrefixed({ bytes: 'varint', endian: 'little', encoding: 'utf8' })).type.toBe<Codec<string, Sent>>()
  expect(lengthPrefixed).type.not.toBeCallableWith({ bytes: 3 })
  expect(delimited('\n', { encoding: 'latin1' })).type.toBe<Codec<string, Sent>>()
  expect(netstring({ encoding: 'json' })).type.toBe<Codec<any, any>>()
  expect(struct({ fields: { id: 'uint32be' } }).encode).type.toBeCallableWith({ id: 1 })
  expect(frames(netstring())).type.toBe<TransformOf<Buffer>>()
})

test('connections and servers', () => {
  const connection = framed(connect(1), netstring({ encoding: 'utf8' }))
  expect(connection).type.toBe<FramedConnection<string, Sent>>()
  expect(connection.receive()).type.toBe<Promise<string | undefined>>()
  expect(connection.send('x')).type.toBe<boolean>()
  expect(connection.send).type.not.toBeCallableWith(1)
  connection.on('message', (message) => {
    expect(message).type.toBe<string>()
  })
  expect(createFramedServer(netstring(), { tls: {} }, async () => {})).type.toBe<Server>()
  createFramedServer(netstring(), (one) => {
    expect(one).type.toBe<FramedConnection<Buffer, Sent>>()
  })
})

test('files', () => {
  expect(sendFile(connect(1), 'file', { start: 1, end: 2 })).type.toBe<Promise<number>>()
  expect(sendFile).type.toBeCallableWith(connect(1), 3)
  expect(sendFile).type.not.toBeCallableWith(connect(1), {})
})
