import { nearest } from '../../process/did-you-mean.ts'
import { routeNames } from './route-document.ts'

type Part = keyof ReturnType<typeof routeNames>

/** Names that people know from other programs, each with what to write instead. */
const FOREIGN: Readonly<Record<Part, Readonly<Record<string, string>>>> = {
  document: { route: 'routes', rules: 'routes', deadletter: 'deadLetters', deadletterurl: 'deadLetters' },
  route: {
    match: 'when',
    filter: 'when',
    if: 'when',
    sink: 'to',
    sinks: 'to',
    target: 'to',
    targets: 'to',
    default: 'otherwise',
    else: 'otherwise',
  },
  target: {
    log: 'log without a colon, because YAML reads log: as a mapping',
    uri: 'url',
    endpoint: 'url',
    optional: 'required: false',
    timeout: 'timeoutMs',
    maxretries: 'retries',
  },
  test: {
    equals: 'exact',
    is: 'exact',
    startswith: 'prefix',
    endswith: 'suffix',
    in: 'any',
    anyof: 'any',
    allof: 'all',
  },
}

const partAt = (path: readonly PropertyKey[]): Part => {
  const steps = path.filter((step) => typeof step !== 'number').join('.')
  if (steps === '') return 'document'
  if (steps === 'routes') return 'route'
  return /^routes\.(to|otherwise)$/.test(steps) ? 'target' : 'test'
}

/** Advice on how to correct an unknown name at this path. */
export const remedyFor = (key: string, path: readonly PropertyKey[]): string => {
  const part = partAt(path)
  const names = routeNames()[part]
  const plain = key.toLowerCase().replaceAll(/[^a-z]/g, '')
  const foreign = FOREIGN[part]
  const meant =
    names.find((name) => name.toLowerCase() === plain) ??
    (Object.hasOwn(foreign, plain) ? foreign[plain] : undefined) ??
    nearest(key, names)
  if (meant !== undefined) return `write ${meant}`
  const list = `use one of ${names.join(', ')}`
  return part === 'test' ? `${list}. The path to a value has dots: s3.object.size` : `remove it, or ${list}`
}

/** The attributes of the events that tidings makes, and CloudEvents' registered extensions. */
const ATTRIBUTES = [
  ...['id', 'source', 'type', 'subject', 'time', 'specversion', 'datacontenttype', 'dataschema'],
  ...['priority', 'kind', 'project', 'owner', 'user', 'requestid', 'host'],
  ...[
    'causationid',
    'correlationid',
    'sequence',
    'traceparent',
    'tracestate',
    'partitionkey',
    'severitytext',
    'severitynumber',
    'authtype',
    'authid',
  ],
]

/** Names that people look for among the attributes. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  bucket: 'write data: { s3.bucket.name: … }',
  key: 'write subject: …',
  prefix: 'write subject: { prefix: … }',
  suffix: 'write subject: { suffix: … }',
  size: 'write data: { s3.object.size: { min: … } }',
  event: 'write type: …',
  events: 'write type: …',
  eventname: 'write type: …',
  service: 'write data: { service: … }',
  resource: 'write data: { resource: … }',
  action: 'write data: { action: … }',
  phase: 'write data: { phase: … }',
}

/** Advice for a name that is not an attribute. Undefined for attributes, and for extensions that others may have given an event. */
export const attributeRemedy = (name: string): string | undefined => {
  if (ATTRIBUTES.includes(name)) return undefined
  const plain = name.toLowerCase().replaceAll('_', '')
  if (Object.hasOwn(ELSEWHERE, plain)) return ELSEWHERE[plain]
  const meant = nearest(name, [...ATTRIBUTES, 'data', 'any', 'all', 'not'])
  if (meant !== undefined) return `write ${meant}`
  if (/^[a-z\d]+$/.test(name)) return undefined
  return 'attributes have lower-case letters and digits only. Values of the data stand under data'
}
