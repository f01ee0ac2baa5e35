"""An https server on 127.0.0.1 that takes what is posted to it, in threads of the test; it can be told what to
answer, or to hang."""
import http.server
import ssl
import threading


def server_context(world):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(world.pki / "server.pem", world.pki / "server.key")
    return context


class PostReceiver:
    """Whoever derives from it says in take() what becomes of a call."""
    PATH = "/"
    STATUS = 200

    def __init__(self, world):
        self.status = self.STATUS  # what the next ones are answered
        self.headers = {}          # and with what besides
        self.answers = threading.Event()  # cleared: it hangs
        self.answers.set()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def body(self):
                return self.rfile.read(int(self.headers["Content-Length"]))

            def answer(self, status, body=b"", headers=()):
                self.send_response(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self):
                body = self.body()
                receiver.answers.wait()
                status = receiver.status
                receiver.take(self.headers, body, status)
                self.answer(status, headers=receiver.headers.items())

            def do_PUT(self):
                self.answer(200, receiver.steer(self.body()))

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.socket = server_context(world).wrap_socket(self.server.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self.server.server_address[1]}{self.PATH}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, headers, body, status):
        raise NotImplementedError

    def steer(self, body):
        """What a PUT is answered: for who steers it from another process."""
        raise NotImplementedError

    def close(self):
        self.answers.set()
        self.server.shutdown()
        self.server.server_close()
