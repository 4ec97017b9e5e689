import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { AuthenticationError, SchemaError } from '../../lib/process/errors.ts'
import { createLogger, LOG_LEVELS, setUpLog, withFields } from '../../lib/process/log.ts'
import { createRedact } from '../../lib/process/secrets.ts'
import { collectLog } from '../log-lines.ts'

test('a line says when, which part, how grave, what, and the fields', () => {
  const lines = collectLog()
  createLogger('host').info({ port: 8080 }, 'listening')
  const { time, ...line } = lines[0] ?? {}
  assert.deepEqual(line, { level: 'info', name: 'host', message: 'listening', port: 8080 })
  assert.ok(Math.abs(Date.parse(String(time)) - Date.now()) < 60_000)
})

test('a logger can have fields for all its lines', () => {
  const lines = collectLog()
  withFields(createLogger('relay'), { vhost: '/', queue: 'q' }).warn({ reason: 'away' }, 'paused')
  const { time: _, ...line } = lines[0] ?? {}
  assert.deepEqual(line, { level: 'warn', name: 'relay', message: 'paused', vhost: '/', queue: 'q', reason: 'away' })
})

describe('LOG_LEVEL', () => {
  for (const [index, level] of LOG_LEVELS.entries()) {
    test(`${level} leaves out what is less grave`, () => {
      const lines = collectLog(level)
      for (const each of LOG_LEVELS) createLogger('x')[each]({}, each)
      assert.deepEqual(
        lines.map(({ message }) => message),
        LOG_LEVELS.slice(index),
      )
    })
  }
})

describe('an error', () => {
  const logged = (error: unknown): unknown => {
    const lines = collectLog()
    createLogger('x').error({ error }, 'failed')
    return lines[0]?.error
  }

  test('of ours has its code, its field and all its causes', () => {
    const root = new TypeError('root')
    const cause = new SchemaError('Records.0: expected object', { field: 'Records.0', cause: root })
    assert.deepEqual(logged(new AuthenticationError('no', { cause })), {
      name: 'AuthenticationError',
      message: 'no',
      code: 'unauthorized',
      cause: {
        name: 'SchemaError',
        message: 'Records.0: expected object',
        code: 'schema_mismatch',
        field: 'Records.0',
        cause: { name: 'TypeError', message: 'root', stack: root.stack },
      },
    })
  })

  test('that was not foreseen has its stack', () => {
    const error = new RangeError('boom')
    assert.deepEqual(logged(error), { name: 'RangeError', message: 'boom', stack: error.stack })
  })

  test('is written under any name, and costs no more than its fields if it cannot be', () => {
    const lines = collectLog()
    const hostile = Object.defineProperty(new Error('x'), 'stack', {
      get: () => {
        throw new TypeError('no stack')
      },
    })
    createLogger('x').warn({ causes: [new SchemaError('no')] }, 'listed')
    createLogger('x').warn({ error: hostile, count: 1 }, 'hostile')
    assert.deepEqual(
      lines.map(({ message, causes, unprintable, count }) => [message, causes, unprintable, count]),
      [
        ['listed', [{ name: 'SchemaError', message: 'no', code: 'schema_mismatch' }], undefined, undefined],
        ['hostile', undefined, 'TypeError: no stack', undefined],
      ],
    )
  })

  test('that is not an Error is written as it is', () => assert.equal(logged('thrown text'), 'thrown text'))
})

test('a field that JSON cannot hold costs the line its fields alone', () => {
  const lines = collectLog()
  const circle: { self?: object } = {}
  circle.self = circle
  createLogger('x').warn({ circle, port: 1 }, 'odd')
  const { time: _now, unprintable, ...line } = lines[0] ?? {}
  assert.deepEqual(line, { level: 'warn', name: 'x', message: 'odd' })
  assert.match(String(unprintable), /circular/)
})

describe('a line stays within bounds', () => {
  const logged = (fields: Record<string, unknown>) => {
    const lines = collectLog()
    createLogger('x').warn(fields, 'much')
    return lines[0] ?? {}
  }

  test('whatever a text is long', () => {
    assert.deepEqual(logged({ id: 'i'.repeat(1_000_000) }).id, `${'i'.repeat(4000)}…`)
  })

  test('however many items a list has', () => {
    const events = logged({ events: Array(520_000).fill('id') }).events
    assert.deepEqual(events, [...Array(100).fill('id'), 'and 519900 more'])
  })

  test('however much else there is: then the fields are left out', () => {
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`field${index}`, index]))
    const { time: _now, ...line } = logged({ many })
    assert.deepEqual(Object.keys(line), ['level', 'name', 'message', 'unprintable'])
  })

  test('however long the chain of causes is', () => {
    const error = Array.from({ length: 100 }).reduce<Error>(
      (cause) => new SchemaError('no', { cause }),
      new Error('root'),
    )
    assert.ok(JSON.stringify(logged({ error })).length < 2000)
  })

  test('and no part of a secret is left where a text is cut off', () => {
    let written = ''
    const write = (line: string) => {
      written += line
    }
    setUpLog({ level: 'debug', redact: createRedact(['secretsecret']), stream: { write } })
    createLogger('x').warn({ text: `${'x'.repeat(3994)}secretsecret` }, 'cut')
    assert.doesNotMatch(written, /secret/)
  })
})

test('secrets are taken out of every line, wherever they stand', () => {
  let written = ''
  const stream = {
    write: (line: string) => {
      written += line
    },
  }
  setUpLog({ level: 'debug', redact: createRedact(['hun"ter2']), stream })
  const error = new Error('pass hun"ter2', { cause: { text: 'hun"ter2' } })
  createLogger('x').error({ error, 'hun"ter2': 'hun"ter2' }, 'with hun"ter2')
  assert.doesNotMatch(written, /ter2/)
  assert.match(JSON.parse(written).message, /with \[redacted\]/)
})

test('a secret too short to be taken out of a text is reported once, and leaves the log readable', () => {
  const lines: string[] = []
  const stream = { write: (line: string) => lines.push(line) }
  for (const secret of ['a', 'b']) setUpLog({ level: 'info', redact: createRedact([secret]), stream })
  createLogger('relay').error({ url: 'amqp://guest:a@host' }, 'a broker is away')
  const [warning, line, ...more] = lines.map((text) => JSON.parse(text))
  assert.match(warning.message, /fewer than 4 characters.*use a longer one/)
  assert.deepEqual([line.message, line.url, more], ['a broker is away', 'amqp://guest:[redacted]@host', []])
})
