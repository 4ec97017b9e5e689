export const RELAY_USAGE = `Usage: tidings relay [options]
       tidings relay --help`

export const DEAD_LETTERS_USAGE = `Usage: tidings dead-letters list|show|redrive [options]
       tidings dead-letters --help`

const SOURCE_OPTIONS = `      --url <url>                where RabbitMQ is: one or more URLs, separated by blanks (amqp://, amqps://, or oslo.messaging's
                                 rabbit://). A list of processes shows it, so better use AMQP_URL or AMQP_URL_FILE
      --queue <name>             the relay's own queue. Default: tidings
      --queue-declared <name>    instead: a queue that somebody else declares`

export const RELAY_HELP = `${RELAY_USAGE}

Takes messages from RabbitMQ, hands them to a function, and acks those that the function has handled. Runs until it is stopped.
Each option is also a variable (docs/relay.md).

Where the messages come from (these can stand in the query of a URL too):
${SOURCE_OPTIONS}
      --exchanges <names>        exchanges to bind the queue to. Default: those of all OpenStack services, see docs/relay.md
      --binding-keys <keys>      default: notifications.*,versioned_notifications.*,ironic_versioned_notifications.*
                                 and <exchange>_versioned_notifications.*; <exchange> stands for the exchange's name
      --compat <exchanges>       instead of both: these exchanges with the key #; remote procedure calls are dropped
      --queue-type <type>        quorum (default) or classic
      --queue-ttl-ms <ms>        how long a message waits at most. Default: 259200000, three days
      --queue-max-length <n>     how many messages wait at most. Default: 1000000
      --queue-overflow <what>    what a full queue does: drop-head (default: the oldest message becomes a dead letter) or
                                 reject-publish
      --delivery-limit <n>       of a quorum queue: how often a message is delivered without being settled. Default: 20
      --heartbeat-seconds <s>    default: 60
      --ca-file <file>           certificates to trust, in PEM
      --cert-file <file>         the client's certificate
      --key-file <file>          the key of the client's certificate
      --server-name <name>       the name in the broker's certificate, if it is not the host of the URL

Where they go:
      --function <name>          a function inside the relay. Default: openstack-notifications
      --invoke <target>          a function elsewhere: http://…, https://…, or lambda:NAME
      --invoke-timeout-ms <ms>   how long one call may take. Default: 60000

How they are handled:
      --batch-size <n>           the most messages of a batch. Default: 100
      --linger-ms <ms>           how long a batch waits until it is full. Default: 50
      --concurrency <n>          batches under way at once. Default: 1
      --ordered                  hand over no message before those ahead of it are settled
      --prefetch <n>             the most unsettled messages. Default: twice those of the batches under way
      --bytes-in-hand <n>        the most bytes of unsettled messages. Default: 33554432
      --max-message-bytes <n>    a larger message becomes a dead letter unread. Default: 33554432
      --attempts <n>             tries of a message before it becomes a dead letter. Default: 10
      --retry-first-delay-ms <ms>, --retry-max-delay-ms <ms>   default: 1000, 300000
      --rebind-ms <ms>           how often the exchanges are bound again. Default: 30000
      --drain-ms <ms>            how long a stop waits for messages under way. Default: 25000
      --port <port>              port of probes and metrics. Default: PORT, else no port
  -h, --help

Exit code: 0 it was stopped; 1 it cannot work, and waiting would not help.
`

export const DEAD_LETTERS_HELP = `${DEAD_LETTERS_USAGE}

Actions:
  list                          print the oldest dead letters
  show <id> | --index <n>       print one of them with its body, without OpenStack's secrets
  redrive <id> | --match <glob> | --all
                                put them back into the queue that they came from, as if they had never been tried;
                                --match compares the event type: * stands for any text, ? for any character

Options:
      --json                     print JSON
      --limit <n>                for list: how many. Default: 20
      --dry-run                  for redrive: only print which ones would go
${SOURCE_OPTIONS}
      --ca-file, --cert-file, --key-file, --server-name, --heartbeat-seconds   as for tidings relay
  -h, --help

Exit code: 0 done; 1 it failed; 2 no dead letter has this id or index, or some are left.
`
