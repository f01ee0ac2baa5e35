"""Receivers of shipped audit events: syslog over TLS (RFC 5425) and HTTPS. Each listens on 127.0.0.1 in
threads of the test, keeps what it got, and can be told to hang, to refuse, to close or to be away."""
import json
import os
import re
import socket
import threading

from post_receiver import PostReceiver, server_context


class SyslogReceiver:
    def __init__(self, world, port=0, slow=False):
        """`slow`: it takes one byte a minute."""
        self.slow = slow
        self.closed = threading.Event()
        self.context = server_context(world)
        self.messages = []
        self.connections = []
        self.reads = threading.Event()  # cleared: it takes nothing any more
        self.reads.set()
        self.listener = socket.create_server(("127.0.0.1", port))
        if slow:  # what it has not read fills a small buffer soon
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                plain, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=[plain], daemon=True).start()

    def _serve(self, plain):
        try:
            connection = self.context.wrap_socket(plain, server_side=True)
            self.connections.append(connection)
            rest = b""
            while self.slow and not self.closed.wait(60):
                os.read(connection.fileno(), 1)  # past TLS, which would take whole records
            while True:
                self.reads.wait()
                got = connection.recv(65536)
                if not got:
                    return
                rest = self._take(rest + got)
        except OSError:
            return

    def _take(self, data):
        """Frames are a length, a space, and so many bytes; anything else is a mistake that is kept."""
        while True:
            head = re.match(rb"(\d+) ", data)
            if not head:
                if data and not data.isdigit():
                    self.messages.append("not framed: " + repr(data[:100]))
                    return b""
                return data
            length = int(head[1])
            if len(data) < head.end() + length:
                return data
            self.messages.append(data[head.end():head.end() + length].decode())
            data = data[head.end() + length:]

    def records(self):
        """What stands behind the header of each, read as JSON."""
        return [json.loads(message.split("\ufeff", 1)[1]) for message in list(self.messages)]

    def break_off(self):
        """Closes every connection at once, whatever is under way in it."""
        for connection in self.connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
                connection.close()
            except OSError:
                pass
        self.connections.clear()

    def close(self):
        if self.listener.fileno() >= 0:
            self.listener.shutdown(socket.SHUT_RDWR)  # the thread in accept() would keep it open
            self.listener.close()
        self.reads.set()
        self.closed.set()
        self.break_off()


class HttpsReceiver(PostReceiver):
    PATH = "/events"

    def __init__(self, world):
        self.posts = []  # (headers, records)
        super().__init__(world)

    def take(self, headers, body, status):
        if status == 200:
            self.posts.append((dict(headers), [json.loads(one) for one in body.splitlines()]))

    def records(self):
        return [record for _, records in list(self.posts) for record in records]
