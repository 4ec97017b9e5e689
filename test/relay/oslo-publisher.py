"""Publishes notifications as a service does, by oslo.messaging's own Notifier, until it is told to stop.

usage: oslo-publisher.py TRANSPORT_URL EXCHANGE durable|transient. Prints the message id of each notification that was handed to the broker
without an error; ends when stdin does.
"""
import select
import sys
import uuid

import oslo_messaging
from oslo_config import cfg

url, exchange, kind = sys.argv[1:]
conf = cfg.ConfigOpts()
conf([], project='publisher')
oslo_messaging.set_transport_defaults(exchange)
transport = oslo_messaging.get_notification_transport(conf, url=url)
options = {
    'amqp_durable_queues': kind == 'durable',
    # By default it waits ever longer between two tries to connect, up to half a minute.
    'rabbit_retry_backoff': 0,
    'rabbit_interval_max': 1,
}
for name, value in options.items():
    conf.set_override(name, value, group='oslo_messaging_rabbit')
# Until it is sent: a service that is told to may do so.
notifier = oslo_messaging.Notifier(
    transport, publisher_id='compute.host1', driver='messagingv2', topics=['notifications'], retry=-1
)
while not select.select([sys.stdin], [], [], 0.02)[0]:
    number = str(uuid.uuid4())
    notifier.info({'request_id': 'req-1', 'auth_token': 'gAAAAABk-not-to-be-seen'}, 'compute.instance.update', {'instance_id': number})
    print(number, flush=True)
