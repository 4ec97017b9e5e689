import type { Action } from '../provisioning/provision.ts'

export const PROVISION_USAGE = `Usage: tidings provision plan|apply|verify|destroy|prune -f <file> [options]
       tidings provision test -f <file> [--listen <[host:]port>] [options]
       tidings provision import [-f <file>] [options]
       tidings provision --help`

/** One line for each action, and what its own help adds. */
const ACTIONS: Readonly<
  Record<Action | 'test' | 'import', { readonly summary: string; readonly more: string; readonly example: string }>
> = {
  plan: {
    summary: 'print what apply would change; change nothing',
    more: `Compares the document with the gateway. Lines begin with + (create), ~ (update), > (move to another topic),
= (bind again, since Ceph before 19 keeps a copy of the topic with each rule) or ! (a problem or a warning).
Exit code: 0 the gateway matches the document; 2 there are changes or problems; 1 failed.`,
    example: 'tidings provision plan -f desired.yaml',
  },
  apply: {
    summary: 'make the changes; write nothing where the gateway matches the document',
    more: `Creates buckets with create: true, topics and rules, updates and moves what differs, and removes nothing. It checks the
whole document before it sends anything, and reads back what it wrote. If it is interrupted, apply again.
Exit code: 0 done, or no changes; 2 the gateway still differs; 1 failed.`,
    example: 'tidings provision apply -f desired.yaml',
  },
  verify: {
    summary: 'check that everything is as the document says; change nothing',
    more: `Like plan, and it also fails where the gateway accepts a setting and ignores it, as 16.2.15 does with cloudevents.
Exit code: 0 everything is as the document says; 2 something differs; 1 failed.`,
    example: 'tidings provision verify -f desired.yaml --json',
  },
  destroy: {
    summary: 'remove the rules and topics of the document; never buckets',
    more: `Removes the rules first, then the topics. It keeps topics that other rules use and topics with existing: true.
Exit code: 0 done, or nothing to remove; 1 failed.`,
    example: 'tidings provision destroy -f desired.yaml',
  },
  prune: {
    summary: 'remove rules and topics that have the prefix and are not in the document',
    more: `Looks at all buckets of the user for rules and topics whose names begin with the prefix of the document. It keeps
topics that other rules use.
Exit code: 0 done, or nothing to remove; 1 failed.`,
    example: 'tidings provision prune -f desired.yaml',
  },
  test: {
    summary: 'put an object for each rule, follow its event to the function, and remove the object',
    more: `For each rule it puts a small object that matches the rule and whose key has tidings-probe-<id>, and removes it again, also
after Ctrl-C. It tells which hop failed and how long each took: topic, rule, filter, put, queue, push, token, decode, remove.
  (default)                  it also sends the notification from here to the HTTP endpoint of the topic. The answer of the
                             function shows whether it knows the token and reads the notification
      --listen <[host:]port> it listens in place of the function, at the endpoint of the topics, for the push of the gateway
                             itself. It checks AUTH_TOKENS and OPAQUE_SECRETS, if they are set. Events of others get 503
      --timeout <seconds>    how long an event may take. Default: 10; 60 with --listen for persistent topics
The function gets the events of the objects too. Exit code: 0 all rules passed; 2 a rule failed
or could not be tested; 1 the test could not be made.`,
    example: 'tidings provision test -f desired.yaml',
  },
  import: {
    summary: 'print the document of what exists: on the gateway, for Rook, for the AWS command or for a boto3 script',
    more: `Without --file it reads the topics and rules of the user from the gateway. Secrets become references to variables, which
comments name. With --file it converts resources of Rook (CephBucketTopic, CephBucketNotification, ObjectBucketClaim), or
the JSON of aws s3api get-bucket-notification-configuration (then give --bucket-name too).
With the flags of a boto3 script in place of --file it prints the document that they stand for, as --print-desired does.
Exit code: 0 done; 1 failed.`,
    example: 'tidings provision import > desired.yaml',
  },
}

const OPTIONS = `Options:
  -f, --file <file>          the document, YAML or JSON; - is stdin
      --json                 print the result as JSON
      --print-rook           print the document as resources of Rook, and do nothing else
  -e, --endpoint-url <url>   the gateway. Default: RGW_ENDPOINT
  -a, --access-key <key>     default: RGW_ACCESS_KEY
  -s, --secret-key <key>     default: RGW_SECRET_KEY. Prefer that: other users see flags in the list of processes
      --ca-file <file>       certificates to trust, in PEM. Default: RGW_CA_FILE
  -h, --help
`

const FLAGS = `Without a document, one topic and one rule; the action may then be left out, and is apply:
  -b, --bucket-name <name>       the bucket; it is created where it does not exist
  -t, --topic <name>             the topic, and one of these for its endpoint:
  -ke, --kafka-endpoint <host>   [kafka://]host[:port]
  -ae, --amqp-endpoint <host>    [amqp://]host[:port][/vhost], or amqps://
  -he, --http-endpoint <host>    [http://]host[:port][/path], or https://
  -x, --exchange <name>          the exchange; mandatory with --amqp-endpoint
  -o, --opaque <text>            sent with every event
  -n, --notification <id>        the id of the rule. Default: configuration
      --events <names>           separated by commas. Default: ObjectCreated:*,ObjectRemoved:*
      --persistent               queue events until the endpoint takes them; without it they are sent once
      --retry-sleep-duration <s>, --max-retries <n>, --time-to-live <s>   of a persistent topic. Ceph 19 and later
      --cloudevents, --ack-level <level>, --no-verify-ssl   as the settings of the document
  -f, --filter <json>            as the S3 API writes it: {"Key":{"FilterRules":[{"Name":"prefix","Value":"in/"}]}}
      --print-desired            print the document that the flags describe, and do nothing else
`

export const PROVISION_HELP = `${PROVISION_USAGE}

Makes the topics, buckets and rules of a Ceph RADOS Gateway match a document. See docs/provisioning.md.

Actions (tidings provision <action> --help says more):
${Object.entries(ACTIONS)
  .map(([name, { summary }]) => `  ${name.padEnd(9)} ${summary}`)
  .join('\n')}

${OPTIONS}
${FLAGS}
Exit code: 0 done, or no changes; 2 there are changes or differences; 1 failed.
`

/** The help of the action in the arguments, or that of the command. */
export const provisionHelp = (args: readonly string[]): string => {
  const action = args.find((arg): arg is Action | 'test' | 'import' => Object.hasOwn(ACTIONS, arg))
  if (action === undefined) return PROVISION_HELP
  const { summary, more, example } = ACTIONS[action]
  return `Usage: tidings provision ${action} ${action === 'import' ? '[-f <file>]' : '-f <file>'} [options]

${summary[0]?.toUpperCase()}${summary.slice(1)}.

${more}

Example: ${example}

${OPTIONS}`
}
