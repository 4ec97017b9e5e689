import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { bunzip } from '../../../lib/process/bzip2/bunzip.ts'

const MAX_BYTES = 1_000_000

/** Python's bz2 module (libbzip2 1.0.8) made them. Length and checksum identify their contents. */
const samples = [
  {
    name: 'nothing',
    compressed: 'QlpoORdyRThQkAAAAAA=',
    bytes: 0,
    sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  },
  {
    name: 'one byte',
    compressed: 'QlpoOTFBWSZTWRmTm2sAAAABACAAIAAhGEaC7kinChIDMnNtYA==',
    bytes: 1,
    sha256: 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb',
  },
  {
    name: 'four equal bytes, and none more',
    compressed: 'QlpoOTFBWSZTWYgSM6YAAAJBAEAAIAAgACEAggsXckU4UJCIEjOm',
    bytes: 4,
    sha256: '61be55a8e2f6b4e172338bddf184d6dbee29c98853e0a0485ecee7f27b9af0b4',
  },
  {
    name: 'a long run',
    compressed: 'QlpoOTFBWSZTWUncT2MAAAGBAaAAAIAACCAAIKptQZi6g8XckU4UJBJ3E9jA',
    bytes: 1000,
    sha256: '41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3',
  },
  {
    name: 'every byte',
    compressed:
      'QlpoOTFBWSZTWba17pUAAAB/////////////////////////////////////////////sADFUgAAAAAAAAAAAAAAAAAAAAABMAmAAAAAAAAAAAAAAEwABMAEmAAmAAJgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAkwAEwABMAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAPwCAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+P0BBQkNERUZHSElKS0xNTk9QUVJTVFVWV1hZWltcXV5fYGFiY2RhYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ent8fX5/gIGCg4SFhoeIiYqLjI2Oj5CRkpWWl5iZmpucnZ6foKGio6SlpqeoqaqrrK2ur7CxsrO0tba3uLm6u7y9vr/AwcLDxMXGxcbHyMnKy8zNzs/Q0dLT1NXW19jZ2tvc3d7f4OHi4+Tl5ufo6err7O3u7/Dx8vP09fb3+Pn6+/z9F3JFOFCQtrXulQ=',
    bytes: 256,
    sha256: '40aff2e9d2d8922e47afd4648e6967497158785fbd1da870e7110266bf944880',
  },
  {
    name: 'JSON',
    compressed:
      'QlpoOTFBWSZTWeaooI4AAI4bgFAFf/AADq8n3yowALtYNQEGmRoAGTIxCkPRH+qQaAAAANEn+qpo/1SMQxAABrqlMwkolY5cF6pX+mZWpWYTstuv27t+GlujbbbrYRAAMAEABEREofa5zndrVMtTHta2JS1IkIUUIColQgAiEAAAAAACAL0E5AGauEL4vIOUPimz2qS8yD401GYEKOkrcJTY26ciBh8abFp+LuSKcKEhzVFBHA==',
    bytes: 288,
    sha256: '28297b5e18054cab30e8109ce3dcb7bb71c9819930f6dbb176aed1c60caaf3e7',
  },
  {
    name: 'blocks of 100 kB',
    compressed:
      'QlpoMTFBWSZTWVaEt2YAnDgRgEAAG2m2wDAAtpFMABNBNVQE0yemoFKoAAPgqhXQqhXAqhWRVAzqCo4qCo4qCoxqCKwKoV6KoV2KoVkVQrIqhWBVCuRVCsCFRtjUFR9UFR8qCo/MUFZJlNZZGFLHgBOHBGAQAAbabbAMAC2kUwAE0E1VCYIemgUqgAA5FUK6FUK3FUKyKoGdQVHFQVHFQVGNQRWmBVCvBVCvoqhWRVCsiqFYFUK5FUKwAqMKgqPqgqPlQVH5igrJMprKqyCv6AERpIwCAADbTbYBgAXAUwAE0KYACaBSqQ000bU/U4UKj4oVG6hUYoVHpQqOVCo5kKjXlQqNpCo/qFR9UKjFCoxQqNKFR7UKjShUbKFRihUYUKjsXckU4UJDHtF5YA==',
    bytes: 250001,
    sha256: '44e9749e9525582406b68ff0cbe4d7647f114ef19e8fa5427b827b202b9dd81f',
  },
  {
    name: 'two streams, one after the other',
    compressed:
      'QlpoOTFBWSZTWc+6oLQAAAGRAEAAAgGgACGaaDNNDLxdyRThQkM+6oLQQlpoOTFBWSZTWc3cjZoAAACBgAAAhIAgACGYGYRhdyRThQkM3cjZoA==',
    bytes: 7,
    sha256: '8ab63e29a4ba14e4e1688f9c15e5af90895421358c945b0431f85d66977bd3d2',
  },
]
const bytesOf = (base64: string): Buffer => Buffer.from(base64, 'base64')

for (const { name, compressed, bytes, sha256 } of samples) {
  test(name, () => {
    const result = bunzip(bytesOf(compressed), MAX_BYTES)
    assert.deepEqual([result.length, createHash('sha256').update(result).digest('hex')], [bytes, sha256])
  })
}

test('more blocks than a compressor makes of so few bytes are refused', () => {
  const byte = bytesOf(samples.find(({ name }) => name === 'one byte')?.compressed ?? '')
  const streams = (count: number) => Buffer.concat(Array.from({ length: count }, () => byte))
  assert.equal(bunzip(streams(100), MAX_BYTES).length, 100)
  assert.throws(() => bunzip(streams(101), MAX_BYTES), { name: 'RangeError', message: 'too many blocks' })
})

const json = bytesOf(samples.find(({ name }) => name === 'JSON')?.compressed ?? '')

test('more than is allowed is refused', () => {
  const { compressed } = samples.find(({ name }) => name === 'a long run') ?? { compressed: '' }
  assert.equal(bunzip(bytesOf(compressed), 1000).length, 1000)
  assert.throws(() => bunzip(bytesOf(compressed), 999), RangeError)
})

test('what is cut off is refused, wherever', () => {
  for (let length = 1; length < json.length; length++) {
    assert.throws(() => bunzip(json.subarray(0, length), MAX_BYTES), RangeError, String(length))
  }
})

test('damaged data is refused, unless it still decompresses to the same bytes', () => {
  const whole = bunzip(json, MAX_BYTES)
  fc.assert(
    fc.property(fc.nat(json.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const damaged = Buffer.from(json)
      damaged[at] = (damaged[at] ?? 0) ^ change
      try {
        assert.deepEqual(bunzip(damaged, MAX_BYTES), whole)
      } catch (error) {
        assert.ok(error instanceof RangeError)
      }
    }),
  )
})
