import { unescape as percentDecode } from 'node:querystring'
import { CEPH_SETTINGS } from '../ceph/ceph-settings.ts'
import { got, suggestion } from '../process/did-you-mean.ts'
import { createRedact } from '../process/secrets.ts'
import { readSettings } from '../process/settings.ts'
import { CEPH_SAMPLE_EVENTS, cephSample } from '../testing/ceph-sample.ts'
import { openstackSample, openstackSampleTypes } from '../testing/openstack-sample.ts'
import { failureText } from './outcome-text.ts'
import {
  type Command,
  flag,
  httpUrlOf,
  oneOfWords,
  pairsOf,
  parseCommandLine,
  text,
  texts,
  tokensFrom,
} from './run-command.ts'
import { answerText, NoAnswerError, post } from './send-answer.ts'
import { EXIT, type ExitCode, type Terminal, UsageError } from './terminal.ts'

const USAGE = `Usage: tidings send ceph [<event>] [options]
       tidings send openstack <event type> [options]
       tidings send --help`

const HELP = `${USAGE}

Builds a notification as Ceph or OpenStack sends it, and posts it to a function. Each call sends a new event.

For ceph (default event: ObjectCreated:Put):
  --bucket <name>            default: photos
  --key <key>                default: in/a.jpg
  --size <bytes>             default: 1024
  --tag <name=value>         may be repeated
  --metadata <name=value>    may be repeated; the name gets the prefix x-amz-meta-

For openstack:
  --project <id>             the project, in the context and in the payload
  --payload <field=value>    a field of the payload; may be repeated. A value that is valid JSON is parsed
  --service <name>           the sender, if several services send this event type

Options:
  --to <url>                 the function's address. Default: this machine, port PORT or 8080
  --token-file <file>        a file with the token to send. Default: the user and password of --to, or the first of AUTH_TOKENS
  --print                    print the notification, and send nothing
  --json                     print the answer as JSON
  -h, --help

Examples:
  tidings send ceph ObjectCreated:Put --bucket photos --key in/a.jpg --tag stage=raw
  tidings send openstack compute.instance.create.end --payload display_name=web-1
  tidings send openstack port.delete.end --to https://tidings.example.org/ports

Exit code: 0 handled; 2 not handled, or set aside; 1 not sent, or no answer.
`

const OPTIONS = {
  to: text,
  'token-file': text,
  print: flag,
  json: flag,
  bucket: text,
  key: text,
  size: text,
  tag: texts,
  metadata: texts,
  project: text,
  payload: texts,
  service: text,
} as const

const run = async ({ args, env, stdout, stderr, signal }: Terminal): Promise<ExitCode> => {
  const line = parseCommandLine(args, OPTIONS)
  const { values: flags } = line
  const url = httpUrlOf('to', flags.to ?? `http://127.0.0.1:${env.PORT || 8080}`)
  let secrets: readonly string[] = []
  try {
    const tokenFile = flags['token-file']
    const tokens = tokensFrom(tokenFile, env)
    const { OPAQUE_SECRETS: opaqueSecrets } = readSettings(CEPH_SETTINGS, env)
    secrets = [...tokens, ...opaqueSecrets, percentDecode(url.password)]
    const notification = notificationOf(line, opaqueSecrets[0])
    const hasOwn = url.password !== '' && tokenFile === undefined
    const hasToken = hasOwn || tokens.length > 0
    const print = (value: string) => stdout.write(createRedact(secrets)(value))
    if (flags.print) {
      print(`${JSON.stringify(notification, null, 2)}\n`)
      return EXIT.done
    }
    const answer = await post(url, notification, hasOwn ? undefined : tokens[0], signal)
    print(flags.json ? `${JSON.stringify(answer, null, 2)}\n` : answerText(answer, hasToken))
    return answer.handled ? EXIT.done : EXIT.pending
  } catch (error) {
    if (error instanceof UsageError) throw error
    const failure = error instanceof NoAnswerError ? `tidings: ${error.message}\n` : failureText(error, false)
    stderr.write(createRedact(secrets)(failure))
    return EXIT.failed
  }
}

/** `tidings send`: sends a sample notification to a function and writes the answer to stdout. */
export const sendCommand: Command = { usage: USAGE, help: HELP, run }

type Line = ReturnType<typeof parseCommandLine<typeof OPTIONS>>

const notificationOf = ({ values, positionals }: Line, opaqueData: string | undefined): object => {
  const [product, event, ...more] = positionals
  if (more.length > 0) throw new UsageError('unexpected argument after the event: remove it')
  switch (oneOfWords('product', product, ['ceph', 'openstack'])) {
    case 'ceph':
      refuse(values, 'openstack', ['project', 'payload', 'service'])
      return cephNotification(values, event, opaqueData)
    case 'openstack':
      refuse(values, 'ceph', ['bucket', 'key', 'size', 'tag', 'metadata'])
      return openstackNotification(values, event)
  }
}

const refuse = (values: Line['values'], product: string, names: readonly (keyof Line['values'])[]): void => {
  const given = names.find((name) => values[name] !== undefined)
  if (given !== undefined) throw new UsageError(`--${given} is a flag of tidings send ${product} only: remove it`)
}

const cephNotification = (values: Line['values'], event: string | undefined, opaqueData: string | undefined) => {
  const { bucket, key, size } = values
  if (size !== undefined && !/^\d{1,15}$/.test(size))
    throw new UsageError(`--size must be a whole number of bytes${got(size)}`)
  return cephSample(cephEvent(event), {
    ...(bucket !== undefined && { bucket }),
    ...(key !== undefined && { key }),
    ...(size !== undefined && { size: Number(size) }),
    ...(opaqueData !== undefined && { opaqueData }),
    metadata: Object.fromEntries(pairsOf('metadata', values.metadata)),
    tags: Object.fromEntries(pairsOf('tag', values.tag)),
  })
}

const cephEvent = (typed = 'ObjectCreated:Put'): string => {
  const known = CEPH_SAMPLE_EVENTS.find((name) => name.toLowerCase() === typed.replace(/^s3:/i, '').toLowerCase())
  if (known !== undefined) return known
  throw new UsageError(`Ceph is not known to send ${typed}.${suggestion(typed, CEPH_SAMPLE_EVENTS)}`)
}

const openstackNotification = ({ project, payload, service }: Line['values'], eventType: string | undefined) => {
  if (eventType === undefined) throw new UsageError('name the event type, for example compute.instance.create.end')
  const types = openstackSampleTypes()
  const known = [...types].filter(([name]) => service === undefined || name === service).flatMap(([, names]) => names)
  if (service === undefined && !known.includes(eventType))
    throw new UsageError(
      `no service is known to send ${eventType}.${suggestion(eventType, known)} For an event of your own, add --service <name>`,
    )
  return openstackSample(eventType, {
    ...(service !== undefined && { service }),
    ...(project !== undefined && { project }),
    payload: Object.fromEntries(pairsOf('payload', payload).map(([name, value]) => [name, jsonOrText(value)])),
  })
}

const jsonOrText = (value: string): unknown => {
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
