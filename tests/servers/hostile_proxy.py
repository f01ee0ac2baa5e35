#!/usr/bin/env python3
"""Forward proxies on 127.0.0.1 that misbehave, one port for each way to.

    hostile_proxy.py --certificate FILE --key FILE

Prints one line of JSON when it is ready, and runs until SIGTERM:
    {"ready":true,"proxies":{"407":"http://127.0.0.1:4711",...}}
The certificate is the one that `impostor` shows in the server's place.
"""
import argparse
import json
import signal
import socket
import socketserver
import ssl
import threading

ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
TOKEN = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 46\r\n\r\n' \
        b'{"access_token":"at-lie","token_type":"bearer"}'
stopping = threading.Event()


def say(status, more=b""):
    body = b"<html>words of the proxy</html>"
    return b"HTTP/1.1 %s\r\nContent-Length: %d\r\n%s\r\n%s" % (status, len(body), more, body)


def silent(connection, _):
    connection.settimeout(0.2)
    while not stopping.is_set():
        try:
            if not connection.recv(4096):
                return
        except TimeoutError:
            pass


def lie_and_be_silent(connection, arguments):
    connection.sendall(ESTABLISHED)
    silent(connection, arguments)


def impostor(connection, arguments):
    """TLS in the server's place, with another server's certificate."""
    connection.sendall(ESTABLISHED)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(arguments.certificate, arguments.key)
    with context.wrap_socket(connection, server_side=True) as tls:
        tls.recv(65536)
        tls.sendall(TOKEN)


def answer(data):
    return lambda connection, _: connection.sendall(data)


BEHAVIOURS = {
    "407": answer(say(b"407 Proxy Authentication Required",
                      b'Proxy-Authenticate: Basic realm="words of the proxy"\r\n')),
    "403": answer(say(b"403 Forbidden")),
    "502": answer(say(b"502 Bad Gateway")),
    "redirect": answer(say(b"302 Found", b"Location: https://127.0.0.1:1/\r\n")),
    "token-instead": answer(TOKEN.replace(b"200 OK", b"403 OK")),
    "drop": lambda *_: None,
    "garbage": answer(b"SSH-2.0-OpenSSH_9.2p1\r\n" * 10),
    "endless-header": answer(b"HTTP/1.1 200 OK\r\nX: " + b"x" * (1 << 20)),
    "silent": silent,
    "lie-token": answer(ESTABLISHED + TOKEN),
    "lie-drop": answer(ESTABLISHED),
    "lie-silent": lie_and_be_silent,
    "impostor": impostor,
}


class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        head = b""
        while b"\r\n\r\n" not in head:
            more = self.request.recv(4096)
            if not more:
                return
            head += more
        try:
            self.server.behave(self.request, self.server.arguments)
        except OSError:
            pass  # the client has had enough


class Proxy(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, behave, arguments):
        super().__init__(("127.0.0.1", 0), Handler)
        self.behave = behave
        self.arguments = arguments
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        threading.Thread(target=self.serve_forever, daemon=True).start()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--certificate", required=True)
    parser.add_argument("--key", required=True)
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    proxies = {name: Proxy(behave, arguments) for name, behave in BEHAVIOURS.items()}
    print(json.dumps({"ready": True,
                      "proxies": {name: f"http://127.0.0.1:{proxy.server_address[1]}"
                                  for name, proxy in proxies.items()}}), flush=True)
    stopping.wait()


if __name__ == "__main__":
    main()
