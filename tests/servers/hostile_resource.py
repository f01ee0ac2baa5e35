#!/usr/bin/env python3
"""A protected resource that says what it was told to say, over TLS on 127.0.0.1.

    hostile_resource.py --certificate FILE --key FILE [--port N]

Prints one line of JSON when it is ready, and runs until SIGTERM: {"ready":true,"origin","other_origin"}

POST /_test/say        {"path","status","headers","body"}: what a GET of this path is answered from now on; a body that is
                       null never ends. Other paths are answered 404.
POST /_test/reset      forgets all of that, and what was asked
GET  /_test/requests   every other request: [{"method","path","authorization",...}]
GET  /_test/elsewhere  requests that reached the other port, where nobody has a reason to go
"""
import argparse
import json
import signal
import ssl
import threading

import hostile

PADDING = b"a" * 65536


class Resource(hostile.TlsHandler):
    said = {}  # path: what it is answered

    def do_GET(self):
        seen = {"/_test/requests": lambda: hostile.STATE.requests,
                "/_test/elsewhere": lambda: hostile.STATE.elsewhere}.get(self.path)
        if seen is not None:
            with hostile.STATE.changed:
                return self.reply(*hostile.json_answer(seen()))
        with hostile.STATE.changed:
            hostile.STATE.requests.append(self.seen(""))
            say = self.said.get(self.path)
        if say is None:
            return self.reply(404, {}, b"not here")
        if say["body"] is not None:
            return self.reply(say["status"], say["headers"], say["body"].encode())
        self.start_raw(f"{say['status']} Whatever", say["headers"])
        while not hostile.STATE.stopping.is_set():
            self.wfile.write(PADDING)

    def do_POST(self):
        body = self.read_body()
        if self.path == "/_test/say":
            say = json.loads(body)
            with hostile.STATE.changed:
                self.said[say["path"]] = say
        elif self.path == "/_test/reset":
            with hostile.STATE.changed:
                self.said.clear()
            hostile.STATE.reset()
        self.reply(204, {}, b"")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--certificate", required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--port", type=int, default=0)
    arguments = parser.parse_args()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(arguments.certificate, arguments.key)
    server = hostile.Server(arguments.port, Resource, context)
    other = hostile.Server(0, hostile.Elsewhere, context)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    for each in (server, other):
        threading.Thread(target=each.serve_forever, daemon=True).start()
    print(json.dumps({"ready": True, "origin": server.origin, "other_origin": other.origin}), flush=True)
    stop.wait()
    hostile.STATE.stopping.set()


if __name__ == "__main__":
    main()
