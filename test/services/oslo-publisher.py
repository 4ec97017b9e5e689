#!/usr/bin/python3
"""Publishes with a real oslo.messaging. One JSON object a line on stdin, one message each; "done" on stdout at the end.

usage: oslo-publisher.py rabbit://guest:guest@127.0.0.1:<port>/

A notification: {"exchange", "driver": "messagingv2" or "messaging", "publisher_id", "priority", "context", "event_type",
"payload"}, and "options" for the transport ("kombu_compression=gzip"). A payload {"pythonJson": "…"} stands for the
value that Python's json reads from that text, NaN and big integers too.
An RPC cast: {"exchange", "topic", "method", "context", "arguments"}.
"""
import json
import os
import sys

import oslo_messaging
from oslo_config import cfg


def main(url):
    transports = {}
    for line in sys.stdin:
        message = json.loads(line)
        is_rpc = 'method' in message
        key = (is_rpc, message['exchange'], message.get('options', ''))
        if key not in transports:
            transports[key] = open_transport(url, *key)
        (cast if is_rpc else notify)(transports[key], message)
    print('done', flush=True)
    # Every message was confirmed by the broker. Closing an RPC transport in good order takes ten seconds.
    os._exit(0)


def open_transport(url, is_rpc, exchange, options):
    oslo_messaging.set_transport_defaults(exchange)
    # RPC clients expect the options that oslo.messaging registers on the global configuration alone.
    conf = cfg.CONF if is_rpc else cfg.ConfigOpts()
    conf([], project='tidings')
    get = oslo_messaging.get_rpc_transport if is_rpc else oslo_messaging.get_notification_transport
    return get(conf, url=url + (f'?{options}' if options else ''))


def notify(transport, message):
    notifier = oslo_messaging.Notifier(
        transport, publisher_id=message['publisher_id'], driver=message['driver'], topics=['notifications'])
    payload = message['payload']
    if isinstance(payload, dict) and 'pythonJson' in payload:
        payload = json.loads(payload['pythonJson'])
    getattr(notifier, message['priority'])(message['context'], message['event_type'], payload)


def cast(transport, message):
    target = oslo_messaging.Target(exchange=message['exchange'], topic=message['topic'])
    get = getattr(oslo_messaging, 'get_rpc_client', oslo_messaging.RPCClient)
    get(transport, target).cast(message['context'], message['method'], **message['arguments'])


main(sys.argv[1])
