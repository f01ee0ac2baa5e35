"""Raw bytes at the front door: what no well-behaved client would send."""
import contextlib
import socket
import ssl
import time
import unittest

import contract
import harness
from vault import LOOKUP, Vault

QUICK = True


def setUpModule():
    global world, server, vault
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    server = harness.Strongroom(world).start()
    vault = Vault(server)


class Wire:
    """A TLS connection that sends exactly what it is told."""

    def __init__(self, timeout=20):
        host, port = server.origin.removeprefix("https://").rsplit(":", 1)
        context = ssl.create_default_context(cafile=server.ca_file)
        self.socket = context.wrap_socket(socket.create_connection((host, int(port)), timeout),
                                          server_hostname=host)

    def send(self, data):
        # The server may hang up before it has read everything; what it said is still there to read.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError, ssl.SSLError):
            self.socket.sendall(data)
        return self

    def read_all(self):
        """Everything until the server closes."""
        received = b""
        with self.socket, contextlib.suppress(ConnectionResetError, ssl.SSLError):
            while chunk := self.socket.recv(65536):
                received += chunk
        return received

    def answers(self):
        """Every response on this connection until the server closes it, each as the contract has it."""
        answers = contract.answers_in(self.read_all())
        for answer in answers:
            contract.check_raw(answer)
        return answers

    def statuses(self):
        return [answer.status for answer in self.answers()]


def request(*lines, body=b"", line_end=b"\r\n"):
    return line_end.join(line if isinstance(line, bytes) else line.encode()
                         for line in lines) + 2 * line_end + body


GET = "GET /api/v1/projects HTTP/1.1"
HOST = "Host: 127.0.0.1"
CLOSE = "Connection: close"


class Smuggling(unittest.TestCase):
    """One request must never be read as two. A refusal also ends the connection."""

    def assert_refused(self, data):
        statuses = Wire().send(data).statuses()
        self.assertEqual(len(statuses), 1, statuses)
        self.assertIn(statuses[0], (400, 413, 414, 431, 501, 505))

    def test_both_lengths_are_refused(self):
        self.assert_refused(request("POST /api/v1/projects HTTP/1.1", HOST, "Content-Length: 6",
                                    "Transfer-Encoding: chunked", body=b"0\r\n\r\n" + request(GET, HOST)))

    def test_lengths_that_disagree_or_are_no_numbers_are_refused(self):
        for lines in (["Content-Length: 5", "Content-Length: 6"], ["Content-Length: 5, 6"],
                      ["Content-Length: +5"], ["Content-Length: -1"], ["Content-Length: 0x5"],
                      ["Content-Length: 5 6"], ["Content-Length:"],
                      ["Content-Length: 99999999999999999999999"]):
            with self.subTest(lines=lines):
                self.assert_refused(request("POST /api/v1/projects HTTP/1.1", HOST, *lines,
                                            body=b"hello" + request(GET, HOST, CLOSE)))

    def test_strange_transfer_encodings_are_refused(self):
        for value in ("xchunked", "chunked, identity", "identity", "chunked, chunked", "\x0bchunked",
                      "gzip", "chunked;x=1"):
            with self.subTest(value=value):
                self.assert_refused(request("POST /api/v1/projects HTTP/1.1", HOST,
                                            f"Transfer-Encoding: {value}",
                                            body=b"0\r\n\r\n" + request(GET, HOST, CLOSE)))

    def test_bare_line_feeds_are_refused(self):
        self.assert_refused(request(GET, HOST, CLOSE, line_end=b"\n"))
        self.assert_refused(request(GET, HOST + "\nX: y", CLOSE))

    def test_folded_and_broken_header_lines_are_refused(self):
        for line in ("X: a\r\n b", "Content-Length : 0", " X: y", "X\x00: y", "X: a\x00b", ": empty",
                     "no colon", "X: a\rb"):
            with self.subTest(line=line):
                self.assert_refused(request(GET, HOST, line, CLOSE))

    def test_the_host_is_named_exactly_once(self):
        self.assert_refused(request(GET, CLOSE))
        self.assert_refused(request(GET, HOST, "Host: elsewhere", CLOSE))
        self.assert_refused(request(GET, HOST, HOST, CLOSE))

    def test_the_key_is_shown_at_most_once(self):
        robot = vault.robot()
        key = f"Authorization: Bearer {robot.key}"
        self.assert_refused(request(f"GET {LOOKUP} HTTP/1.1", HOST, key, key, CLOSE))

    def test_request_lines_that_are_none_are_refused(self):
        for line in ("GET", "GET /", "GET  / HTTP/1.1", "GET / HTTP/1.1 x", "GET / HTTP/9.9",
                     "G\x00T / HTTP/1.1", "GET http://elsewhere/ HTTP/1.1 ", b"\x16\x03\x01\x00",
                     "GET /%zz HTTP/1.1x"):
            with self.subTest(line=line):
                self.assert_refused(request(line, HOST, CLOSE))

    def test_a_body_nobody_asked_for_is_not_the_next_request(self):
        inner = request(GET, HOST, CLOSE)
        data = request(GET, HOST, f"Content-Length: {len(inner)}", CLOSE, body=inner)
        self.assertEqual(len(Wire().send(data).statuses()), 1)


class Limits(unittest.TestCase):
    def refused(self, data):
        statuses = Wire().send(data).statuses()
        self.assertTrue(set(statuses) <= {400, 413, 414, 431}, statuses)

    def test_what_is_too_large_is_refused(self):
        self.refused(request(f"GET /{'a' * 100_000} HTTP/1.1", HOST))
        self.refused(request(GET, HOST, "X: " + "a" * 100_000))
        self.refused(request(GET, HOST, *[f"X-{n}: y" for n in range(20_000)]))
        self.refused(request("POST /api/v1/projects HTTP/1.1", HOST, "Content-Length: 1000000000"))
        self.refused(request("POST /api/v1/projects HTTP/1.1", HOST, "Transfer-Encoding: chunked",
                             body=(b"10000\r\n" + b"a" * 0x10000 + b"\r\n") * 40))

    def test_each_refusal_has_its_own_problem(self):
        post = "POST /api/v1/projects HTTP/1.1"
        for problem, status, data in (
                ("malformed_request", 400, request(GET)),
                ("body_too_large", 413, request(post, HOST, "Content-Length: 1000000000")),
                ("target_too_long", 414, request(f"GET /{'a' * 100_000} HTTP/1.1", HOST)),
                ("expectation_failed", 417, request(post, HOST, "Content-Length: 2", "Expect: 200-ok")),
                ("headers_too_large", 431, request(GET, HOST, "X: " + "a" * 100_000))):
            with self.subTest(problem=problem):
                answer, = Wire().send(data).answers()
                self.assertEqual((answer.status, answer.json["type"], answer.json["code"]),
                                 (status, f"/problems/{problem}", "invalid_argument"))
                self.assertNotIn("request_id", answer.json)

    def test_chunks_that_are_none_are_refused(self):
        for chunk in (b"zz\r\n", b"-1\r\n", b"ffffffffffffffffff\r\n", b"1\nx\n0\n\n", b"5\r\nhelloXX"):
            with self.subTest(chunk=chunk):
                statuses = Wire().send(request("POST /api/v1/projects HTTP/1.1", HOST, CLOSE,
                                               "Transfer-Encoding: chunked", body=chunk)).statuses()
                self.assertEqual([one for one in statuses if one < 400], [])

    def test_a_slow_sender_is_cut_off(self):
        wire = Wire(timeout=60)
        wire.send(b"GET /api/v1/projects HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ")
        start = time.monotonic()
        self.assertEqual(wire.statuses(), [408])
        self.assertLess(time.monotonic() - start, 40)

    def test_half_a_request_leaves_the_server_well(self):
        for data in (b"", b"G", b"GET / HT", request(GET, HOST)[:-2],
                     request("POST /api/v1/projects HTTP/1.1", HOST, "Content-Length: 100", body=b"{")):
            with self.subTest(data=data):
                wire = Wire().send(data)
                wire.socket.close()
        self.assertEqual(vault.http.get("/api/v1/projects").status, 200)

    def test_plain_http_and_old_tls_are_not_served(self):
        host, port = server.origin.removeprefix("https://").rsplit(":", 1)
        with socket.create_connection((host, int(port)), 20) as plain:
            received = b""
            with contextlib.suppress(ConnectionResetError):  # hanging up is as good
                plain.sendall(request(GET, HOST, CLOSE))
                received = plain.recv(1000)
            self.assertNotIn(b"200", received)
        old = ssl.create_default_context(cafile=server.ca_file)
        old.set_ciphers("DEFAULT@SECLEVEL=0")
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
        with self.assertRaises(OSError):
            old.wrap_socket(socket.create_connection((host, int(port)), 20), server_hostname=host)


class Pipelining(unittest.TestCase):
    def test_requests_behind_one_another_are_answered_in_order(self):
        key = f"Authorization: Bearer {vault.key}"
        data = b"".join([request(GET, HOST, key), request("GET /nowhere HTTP/1.1", HOST, key),
                         request(GET, HOST, key, CLOSE)])
        self.assertEqual(Wire().send(data).statuses(), [200, 404, 200])

    def test_problems_are_json_even_for_unknown_paths(self):
        for path in ("/nowhere", "/api/v1/nowhere", "/api/v1/projects/../../etc/passwd", "/%00", "/%2e%2e/"):
            with self.subTest(path=path):
                answer, = Wire().send(request(f"GET {path} HTTP/1.1", HOST, CLOSE)).answers()
                self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
                self.assertIn(answer.status, (400, 401, 404))


if __name__ == "__main__":
    unittest.main()
