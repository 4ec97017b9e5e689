"""What the relay replaces: a kombu ConsumerMixin that reads each message as JSON and acks it.

usage: kombu-worker.py URL QUEUE COUNT. Prints seconds, CPU microseconds and resident MiB, as JSON, once COUNT are acked.
"""
import json
import resource
import sys
import time

from kombu import Connection, Queue
from kombu.mixins import ConsumerMixin

url, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


class Worker(ConsumerMixin):
    def __init__(self, connection):
        self.connection = connection
        self.seen = 0

    def get_consumers(self, consumer, channel):
        queue = Queue(name, no_declare=True)
        return [consumer(queues=[queue], on_message=self.on_message, prefetch_count=200)]

    def on_message(self, message):
        if self.seen == 0:
            self.began = (time.monotonic(), cpu())
        json.loads(json.loads(message.body)['oslo.message'])
        message.ack()
        self.seen += 1
        if self.seen == count:
            self.should_stop = True


with Connection(url) as connection:
    worker = Worker(connection)
    worker.run()
    seconds, used = time.monotonic() - worker.began[0], cpu() - worker.began[1]
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({'seconds': seconds, 'cpuMicros': used * 1e6, 'rssMiB': rss}))
