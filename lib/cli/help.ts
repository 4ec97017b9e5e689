export const RELAY_USAGE = `Usage: tidings relay [options]
       tidings relay --help`

export const DEAD_LETTERS_USAGE = `Usage: tidings dead-letters list|show|redrive [options]
       tidings dead-letters --help`

const SOURCE_OPTIONS = `      --url <url>                one or more, separated by blanks: amqp://, amqps://, or oslo.messaging's rabbit://.
                                 Others see it in the list of processes, so better use AMQP_URL or AMQP_URL_FILE
      --queue <name>             the relay's own queue. Default: tidings
      --queue-declared <name>    instead: a queue that somebody else declared`

export const RELAY_HELP = `${RELAY_USAGE}

Takes the messages of RabbitMQ, hands them to a function, and acks what the function has handled. Runs until it is stopped.

Where from (each also as a variable, and in the query of a URL: docs/relay.md):
${SOURCE_OPTIONS}
      --exchanges <names>        default: those of all OpenStack services, see docs/relay.md
      --binding-keys <keys>      default: notifications.*,versioned_notifications.*,ironic_versioned_notifications.*
                                 and <exchange>_versioned_notifications.*; <exchange> stands for the exchange's name
      --compat <exchanges>       instead of both: these exchanges with the key #; remote procedure calls are dropped
      --queue-type <type>        quorum (default) or classic
      --queue-ttl-ms <ms>        how long a message waits for a relay at most. Default: 259200000, three days
      --queue-max-length <n>     messages that wait at most. Default: 1000000
      --queue-overflow <what>    drop-head (default: the oldest goes to the dead letters) or reject-publish
      --delivery-limit <n>       of a quorum queue: deliveries that nothing settled. Default: 20
      --heartbeat-seconds <s>    default: 60
      --ca-file <file>           certificates to trust, in PEM
      --cert-file <file>         the client's certificate, and
      --key-file <file>          its key
      --server-name <name>       expected in the broker's certificate, if it is not the host of the URL

Where to:
      --function <name>          inside the relay. Default: openstack-notifications
      --invoke <target>          elsewhere: http://…, https://…, or lambda:NAME
      --invoke-timeout-ms <ms>   default: 60000

How:
      --batch-size <n>           messages handed over at once, at most. Default: 100
      --linger-ms <ms>           how long a batch waits to fill. Default: 50
      --concurrency <n>          batches under way at once. Default: 1
      --ordered                  handle no message before those ahead of it are settled
      --prefetch <n>             unsettled messages at most. Default: twice those of the batches
      --bytes-in-hand <n>        bytes of unsettled messages at most. Default: 33554432
      --max-message-bytes <n>    a larger message is a dead letter, unread. Default: 33554432
      --attempts <n>             tries of a message, then it is a dead letter. Default: 10
      --retry-first-delay-ms <ms>, --retry-max-delay-ms <ms>   default: 1000, 300000
      --rebind-ms <ms>           how often bindings are made again. Default: 30000
      --drain-ms <ms>            how long a stop waits for what is under way. Default: 25000
      --port <port>              of probes and metrics. Default: PORT, else none
  -h, --help

Exit code: 0 stopped; 1 cannot work, and waiting would not help.
`

export const DEAD_LETTERS_HELP = `${DEAD_LETTERS_USAGE}

Actions:
  list                          the oldest dead letters
  show <id> | --index <n>       one of them, with its body; OpenStack's secrets are left out
  redrive <id> | --match <glob> | --all
                                put them back into the queue that they came from, as if never tried;
                                --match is on the event type: * is any text, ? any character

Options:
      --json                    print JSON
      --limit <n>               of list. Default: 20
      --dry-run                 of redrive: only say which ones would go
${SOURCE_OPTIONS}
      --ca-file, --cert-file, --key-file, --server-name, --heartbeat-seconds   as of tidings relay
  -h, --help

Exit code: 0 done; 2 there is no such dead letter, or some are left; 1 failed.
`
