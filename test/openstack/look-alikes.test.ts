import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { kindOf } from '../../lib/openstack/describing/kind.ts'
import { subjectOf } from '../../lib/openstack/describing/subject.ts'
import { decode, deliver, eventOf } from './delivery.ts'

// What only looks like one of the forms that are read, and what stands at the edge of one.

const message = (payload: unknown) => ({ event_type: 'port.create.end', publisher_id: 'network.ctl', payload })
const codes = (body: unknown) => {
  const { faults } = decode(deliver(JSON.stringify(body)))
  return faults.map(({ code, field, message: text }) => `${code} ${field}: ${text}`)
}

describe('a typed value of kombu', () => {
  const typed = { __type__: 'date', __value__: '2026-03-04' }
  const plainOf = (value: unknown) => eventOf(message({ typed, value })).data.payload
  const hex = '32bff2257f44447eaba0321d21bfc8b9'
  const values: readonly (readonly [value: unknown, plain: unknown])[] = [
    [{ bytes: 'AA==', __base64__: true }, 'AA=='],
    [{ bytes: 'plain', __bytes__: true }, 'plain'],
    [{ __type__: 'uuid', __value__: { hex } }, '32bff225-7f44-447e-aba0-321d21bfc8b9'],
    [{ __type__: 'uuid', __value__: { hex: `${hex}0` } }, `${hex}0`],
    [
      [null, 7, typed],
      [null, 7, '2026-03-04'],
    ],
  ]
  for (const [value, plain] of values) {
    test(`is a plain one: ${JSON.stringify(value)}`, () => {
      assert.deepEqual(plainOf(value), { typed: '2026-03-04', value: plain })
    })
  }

  const others: readonly unknown[] = [
    { __type__: 'date', __value__: 7 },
    { __type__: 'other', __value__: 'x' },
    { __type__: 'date', __value__: 'x', more: 1 },
    { __type__: 'uuid', __value__: 'x' },
    { __type__: 'uuid', __value__: null },
    { __type__: 'uuid', __value__: { other: hex } },
    { __type__: 'other', __value__: { hex } },
    { bytes: 'x', __bytes__: false },
    { bytes: 'x', __base64__: 1 },
    { bytes: 7, __bytes__: true },
    { bytes: 'x', other: true },
    { text: 'x', __bytes__: true },
  ]
  for (const value of others) {
    test(`is not ${JSON.stringify(value)}`, () => {
      assert.deepEqual(plainOf(value), { typed: '2026-03-04', value })
    })
  }
})

describe('JSON that Python wrote', () => {
  for (const [word, value] of [
    ['NaN', null],
    ['Infinity', null],
    ['-Infinity', null],
  ] as const) {
    test(`may have ${word}`, () => {
      const body = JSON.stringify(message({ a: 0 })).replace('"a":0', `"a":${word}`)
      assert.deepEqual(eventOf(body).data.payload, { a: value })
    })
  }

  test('may come in lines with blank ones between, and a broken line is a fault beside the events of the others', () => {
    const line = JSON.stringify(message({}))
    assert.equal(decode(deliver(`${line}\r\n   \r\n\r\n${line}\n`)).events.length, 2)
    const { events, faults } = decode(deliver(`${line}\n{"event_type"\n${line}`))
    assert.deepEqual([events.length, faults.map(({ field }) => field)], [2, ['1.event_type']])
    assert.throws(() => decode(deliver('{"event_type"}\n{"event_type"}\n')), { code: 'decode_failed' })
    assert.throws(() => decode(deliver(`[${line}]\n[${line}]\n`)), { code: 'decode_failed' })
  })

  test('in more lines than a message may have items are not looked at one by one, as each broken line takes time', () => {
    const body = `${JSON.stringify(message({}))}\n${'{"event_type"\n'.repeat(4000)}`
    assert.throws(() => decode(deliver(body)), { message: /^the body is not JSON: look at position/ })
  })
})

describe("ceilometer's", () => {
  const sample = { counter_name: 'cpu', counter_volume: 1, resource_id: 'r' }
  const metering = (payload: unknown, more = {}) => ({ event_type: 'metering', message_id: 'm', payload, ...more })

  test('empty list is one event, and is not lost', () => {
    for (const event_type of ['metering', 'event']) {
      assert.deepEqual(eventOf({ event_type, payload: [] }).data.payload, [])
    }
  })

  test('samples are read in a message for samples alone, and events in one for events', () => {
    const summary = { event_type: 'x', traits: [] }
    for (const [event_type, payload] of [
      ['other', [sample]],
      ['event', [sample]],
      ['other', [summary]],
      ['event', [summary, { hello: 1 }]],
    ] as const) {
      assert.deepEqual(eventOf({ event_type, payload }).data.payload, payload)
    }
  })

  test('samples need a name, a volume and a resource', () => {
    for (const lacking of [
      { counter_name: 'cpu', resource_id: 'r' },
      { counter_volume: 1, resource_id: 'r' },
      { counter_name: 'cpu', counter_volume: 1 },
      { name: 'cpu', resource_id: 'r' },
      { volume: 1, resource_id: 'r' },
    ]) {
      assert.deepEqual(eventOf(metering([lacking])).data.payload, [lacking])
      assert.throws(() => decode(deliver(JSON.stringify(lacking))), { code: 'not_a_notification' })
    }
  })

  test('sample alone is an event of ceilometer with its own id and time, and is told by its content without', () => {
    const alone = eventOf({ ...sample, id: 's', timestamp: '2026-01-02T03:04:05' })
    assert.deepEqual(
      [alone.id, alone.time, alone.priority, alone.data.service, alone.data.format],
      ['s', '2026-01-02T03:04:05Z', 'sample', 'ceilometer', 'other'],
    )
    const { id, time } = eventOf(sample)
    assert.deepEqual([id, time], [eventOf(sample).id, undefined])
    assert.notEqual(id, eventOf({ ...sample, counter_volume: 2 }).id)
  })

  test('samples have the priority, time and numbered id of their message', () => {
    const body = metering([sample, sample], { priority: 'WARN', timestamp: '2026-01-02 03:04:05' })
    const { events } = decode(deliver(JSON.stringify(body)))
    assert.deepEqual(
      events.map(({ id, priority, time }) => [id, priority, time]),
      [
        ['m', 'warn', '2026-01-02T03:04:05Z'],
        ['m/1', 'warn', '2026-01-02T03:04:05Z'],
      ],
    )
  })

  test('lists take from what a message may become', () => {
    const many = (count: number) => JSON.stringify(metering(Array(count).fill(sample)))
    assert.equal(decode(deliver(many(4000))).events.length, 4000)
    const { faults } = decode(deliver(many(4001)))
    assert.deepEqual(
      faults.map(({ message: text }) => text),
      ['the lists of this message have more than 4000 items'],
    )
    const carried = (count: number) => JSON.stringify({ messages: Array(count).fill({}) })
    assert.throws(() => decode(deliver(carried(4001))), { code: 'decode_failed' })
  })

  test('neighbour aodh sends an alarm with an id, both states and a reason', () => {
    const alarm: Readonly<Record<string, string>> = { alarm_id: 'a', current: 'alarm', previous: 'ok', reason: 'r' }
    const { data, subject } = eventOf(alarm)
    assert.deepEqual([data.service, data.format, subject], ['aodh', 'other', 'a'])
    for (const lacking of Object.keys(alarm)) {
      const { [lacking]: _, ...rest } = alarm
      assert.throws(() => decode(deliver(JSON.stringify(rest))), { code: 'not_a_notification' })
    }
  })

  test('events in a message have a type and traits', () => {
    for (const lacking of [{ event_type: 'x' }, { traits: [] }, 7, null]) {
      assert.deepEqual(eventOf({ event_type: 'event', payload: [lacking] }).data.payload, [lacking])
    }
  })

  const traits = [['project_id', 1, 'p1']]
  test('event has the caller of its traits, or of the notification that it keeps', () => {
    const ofTraits = eventOf({ event_type: 'x.y', traits })
    const raw = { ctxt: { project_id: 'p2' }, payload: { a: 1 } }
    const ofRaw = eventOf({ event_type: 'x.y', traits, raw })
    assert.deepEqual(
      [ofTraits, ofRaw].map(({ project, data }) => [project, data.payload, data.format]),
      [
        ['p1', { project_id: 'p1' }, 'other'],
        ['p2', { a: 1 }, 'other'],
      ],
    )
  })

  const broken: readonly (readonly [event: unknown, fault: string])[] = [
    [{ event_type: '', traits }, '0.event_type: 0.event_type: expected a non-empty string'],
    [{ event_type: 7, traits }, '0.event_type: 0.event_type: expected a non-empty string'],
    [
      { event_type: 'x', traits: [...traits, ['a', 1]] },
      '0.traits: 0.traits: expected a list of [name, type code, value]',
    ],
    [{ event_type: 'x', traits: [[7, 1, 'a']] }, '0.traits: 0.traits: expected a list of [name, type code, value]'],
    [
      { event_type: 'x', traits: [{ length: 3, 0: 'a' }] },
      '0.traits: 0.traits: expected a list of [name, type code, value]',
    ],
  ]
  for (const [event, fault] of broken) {
    test(`event that is ${JSON.stringify(event)} is a fault that says where`, () => {
      assert.deepEqual(codes([event]), [`schema_mismatch ${fault}`])
    })
  }

  test('event in a message is a fault that says where in the message', () => {
    assert.deepEqual(codes({ event_type: 'event', payload: [{ event_type: '', traits }] }), [
      'schema_mismatch payload.0.event_type: payload.0.event_type: expected a non-empty string',
    ])
  })
})

describe('a carrier', () => {
  const inner = { ...message({ id: 'p' }), message_id: 'm' }

  test('of four levels is taken off, and of five is not', () => {
    const nested = (levels: number, wrap: (body: unknown) => unknown) => {
      let body: unknown = inner
      for (let level = 0; level < levels; level++) body = wrap(body)
      return body as object
    }
    for (const wrap of [(body: unknown) => ({ message: body }), (body: unknown) => [body]]) {
      const carried = wrap({})
      // The outermost list is the list of documents, and no carrier.
      const most = Array.isArray(carried) ? 5 : 4
      assert.equal(eventOf(nested(most, wrap)).id, 'm')
      assert.throws(() => decode(deliver(JSON.stringify(nested(most + 1, wrap)))), { code: 'not_a_notification' })
    }
  })

  test('may have other members beside, in which nothing is found', () => {
    for (const other of [{ hello: 1 }, [1], ['hello'], 'hello', null]) {
      assert.equal(eventOf({ body: other, payload: other, message: inner }).id, 'm')
    }
  })

  test('with an empty exchange tells none', () => {
    assert.equal(
      eventOf({ exchange: '', message: { event_type: 'segment.create.end' } }, 'neutron').data.service,
      'neutron',
    )
    assert.equal(
      eventOf({ exchange: 7, message: { event_type: 'segment.create.end' } }, 'neutron').data.service,
      'neutron',
    )
  })

  test('with what is broken is a fault that says where', () => {
    assert.deepEqual(
      codes({ message: { event_type: 7 } }).map((fault) => fault.split(': ')[0]),
      ['schema_mismatch message.event_type'],
    )
    assert.deepEqual(
      codes({ message: { 'oslo.version': '2.0' } }).map((fault) => fault.split(': ')[0]),
      ['schema_mismatch message.oslo.message'],
    )
  })
})

test('a reply to a call is told by its id and a member of a reply', () => {
  const dropped = (body: object) => decode(deliver(JSON.stringify(body))).dropped
  for (const reply of [
    { _msg_id: 'x', result: 1 },
    { _unique_id: 'x', failure: null },
    { _unique_id: 'x', ending: true },
  ]) {
    assert.deepEqual(dropped(reply), ['rpc'])
  }
  for (const other of [{ result: 1 }, { _unique_id: 'x' }, { failure: 1, ending: true }]) {
    assert.throws(() => dropped(other), { code: 'not_a_notification' })
  }
})

test('the caller is told by any one part of the context of the message, before that of its carrier', () => {
  const request = { event_type: 'x.y' }
  const context = { user_id: 'other', project_id: 'other' }
  for (const own of [{ _context_user_id: 'u' }, { _context_project_id: 'p' }, { _context_request_id: 'r' }]) {
    const { user, project, requestid } = eventOf({ request: { ...request, ...own }, context })
    assert.deepEqual(
      [user, project, requestid].filter((each) => each !== undefined),
      Object.values(own),
    )
  }
  assert.equal(eventOf({ request, context }).user, 'other')
})

const contexts: readonly (readonly [field: string, caller: object])[] = [
  ['project_id', { project: 'x' }],
  ['tenant_id', { project: 'x' }],
  ['project_name', { projectName: 'x' }],
  ['tenant_name', { projectName: 'x' }],
  ['user_id', { user: 'x' }],
  ['user', { user: 'x' }],
  ['trustor_user_id', { user: 'x' }],
  ['user_name', { userName: 'x' }],
  ['username', { userName: 'x' }],
  ['domain', { domain: 'x' }],
  ['domain_id', { domain: 'x' }],
  ['project_domain', { domain: 'x' }],
  ['project_domain_id', { domain: 'x' }],
  ['global_request_id', { globalRequestId: 'x' }],
]
for (const [field, caller] of contexts) {
  test(`the caller is read from ${field} of the context`, () => {
    const { project, projectName, user, userName, domain, request, globalRequestId } = eventOf({
      event_type: 'x.y',
      _context_request_id: 'r',
      [`_context_${field}`]: 'x',
    }).data
    const told = { project, projectName, user, userName, domain, request, globalRequestId }
    assert.deepEqual(JSON.parse(JSON.stringify(told)), { ...caller, request: 'r' })
  })
}

test('texts in texts without end are not a notification', () => {
  let body = JSON.stringify(message({}))
  for (let level = 0; level < 4; level++) body = JSON.stringify(body)
  assert.equal(decode(deliver(body)).events.length, 1)
  assert.throws(() => decode(deliver(JSON.stringify(body))), { code: 'not_a_notification' })
})

test('a number is as good as a text where an id is expected, and an empty text is not', () => {
  const { user, project } = eventOf({ event_type: 'x.y', _context_user_id: 7, _context_project_id: '' })
  assert.deepEqual([user, project], ['7', undefined])
})

test('a notification with the members of a call is not a call', () => {
  const body = { event_type: 'x.y', method: 'get', args: {}, _unique_id: 'u', result: 1 }
  assert.equal(eventOf(body).data.eventType, 'x.y')
  const enveloped = { event_type: 'x.y', 'oslo.version': '9', 'oslo.message': 'z' }
  assert.equal(eventOf(enveloped).data.eventType, 'x.y')
})

test('what is broken in an envelope says so', () => {
  const body = { 'oslo.version': '2.0', 'oslo.message': JSON.stringify({ event_type: 7 }) }
  assert.deepEqual(
    codes([body]).map((fault) => fault.split(': ')[0]),
    ['schema_mismatch 0.oslo.message.event_type'],
  )
})

test('of many items that cannot be read, ten are told and the rest counted', () => {
  const faults = (count: number) => codes([message({}), ...Array(count).fill({ event_type: 7 })])
  assert.equal(faults(10).length, 10)
  assert.deepEqual(
    [faults(12).length, faults(12).at(-1)],
    [11, 'schema_mismatch undefined: 2 more items cannot be read'],
  )
})

test('versioned objects are flattened in a list, beside values that are not versioned objects', () => {
  const object = (data: object, name: unknown = 'N') => ({
    'nova_object.name': name,
    'nova_object.namespace': 'nova',
    'nova_object.version': '1.0',
    'nova_object.data': data,
  })
  const items = [null, 'x', 7, object({ a: 1 }), { b: 2 }, [object({ c: 3 })]]
  const { data } = eventOf({ event_type: 'instance.x', publisher_id: 'nova-compute:h', payload: object({ items }) })
  assert.deepEqual(data.payload, { items: [null, 'x', 7, { a: 1 }, { b: 2 }, [{ c: 3 }]] })
  const odd = eventOf({
    event_type: 'instance.x',
    publisher_id: 'nova-compute:h',
    payload: object({ odd: object({}, {}) }),
  })
  assert.equal(odd.data.objects?.['payload.odd']?.name, '')
})

test('a function that failed has arguments and an exception, and nothing else', () => {
  const kind = (payload: unknown, eventType = 'run') =>
    kindOf({ service: 'nova', eventType, priority: 'error', payload }).kind
  assert.equal(kind({ args: {}, exception: 'x' }), 'compute.exception')
  for (const other of [{ args: {}, exception: 'x', more: 1 }, { args: {}, more: 1 }, { exception: 'x', more: 1 }, null])
    assert.equal(kind(other), 'run')
  assert.equal(kind({ args: {}, exception: 'x' }, 'run.end'), 'run.end')
})

test('an audit event is about the user or group that it names, who acted on an account, or its target', () => {
  const account = 'service/security/account/user'
  const subject = (payload: object, initiator: object, typeUri: string) =>
    subjectOf({
      service: 'keystone',
      resource: 'user',
      payload,
      cadf: { action: 'read', outcome: 'success', initiator, target: { id: 't', typeUri } },
    })
  assert.equal(subject({ user: 'u', group: 'g' }, { id: 'i' }, account), 'u')
  assert.equal(subject({ group: 'g' }, { id: 'i' }, account), 'g')
  assert.equal(subject({}, { id: 'i', user: 'a' }, account), 'a')
  assert.equal(subject({}, { id: 'i' }, account), 'i')
  assert.equal(subject({}, { id: 'i', user: 'a' }, 'data/security/project'), 't')
})
