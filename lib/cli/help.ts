export const USAGE = `Usage: tidings <command> [options]
       tidings --help`

export const PROVISION_USAGE = `Usage: tidings provision plan|apply|verify|destroy|prune -f <file> [options]
       tidings provision --help`

export const HELP = `${USAGE}

Commands:
  provision   make the topics, buckets and rules of a Ceph gateway be as a document says

tidings provision --help says more.
`

export const PROVISION_HELP = `${PROVISION_USAGE}

Actions:
  plan      say what apply would change
  apply     change it; nothing is written where there is nothing to change
  verify    say whether all is as desired, and heeded by the gateway
  destroy   remove the rules and topics of the document; never buckets
  prune     remove rules and topics that carry the document's prefix and are not in it

Options:
  -f, --file <file>          the document, YAML or JSON; - is stdin
      --json                 print the result as JSON
  -e, --endpoint-url <url>   the gateway. Default: RGW_ENDPOINT
  -a, --access-key <key>     Default: RGW_ACCESS_KEY
  -s, --secret-key <key>     Default: RGW_SECRET_KEY. Others see it in the list of processes, so better use that
      --ca-file <file>       certificates to trust, in PEM. Default: RGW_CA_FILE
  -h, --help

Instead of a document, one topic and one rule:
  -b, --bucket-name <name>       the bucket; it is created if there is none
  -t, --topic <name>             the topic, and one of these for its endpoint:
  -ke, --kafka-endpoint <host>   [kafka://]host[:port]
  -ae, --amqp-endpoint <host>    [amqp://]host[:port][/vhost], or amqps://
  -he, --http-endpoint <host>    [http://]host[:port][/path], or https://
  -x, --exchange <name>          of amqp, mandatory there
  -o, --opaque <text>            sent with every event
  -n, --notification <id>        the id of the rule. Default: configuration
  -f, --filter <json>            as the S3 API writes it: {"Key":{"FilterRules":[{"Name":"prefix","Value":"in/"}]}}
      --print-desired            print the document that these amount to, and do nothing

Exit code: 0 done, or nothing to do; 2 changes are pending, or not all is as desired; 1 failed.
`
