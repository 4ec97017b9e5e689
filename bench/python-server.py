# The receiver that Ceph's users usually begin with: Python's http.server as its documentation shows it (HTTP/1.0, a
# connection for each request), which parses the body and answers.
import json
import os
from http.server import BaseHTTPRequestHandler, HTTPServer


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args):
        pass


server = HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Receiver)
print(server.server_address[1], flush=True)
server.serve_forever()
