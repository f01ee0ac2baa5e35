"""Clients that only hold their places: while they do, robots go on looking tokens up."""
import contextlib
import select
import socket
import ssl
import time
import unittest

import harness
from vault import LOOKUP, Vault

PLACES = 48
# A robot that comes anew waits for the first sweep after the server's patience of five seconds.
PATIENCE_SECONDS = 20  # and no deadline of a whole answer, which is 30, has passed by then


def setUpModule():
    global world, server, client, robot
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    server = harness.Strongroom(world, env={
        "STRONGROOM_SERVER__MAX_CONNECTIONS": str(PLACES)}).start()
    hostile = world.hostile()
    vault = Vault(server)
    client = vault.client_at(hostile.script("calm", "good?expires_in=3000"), world=world)
    robot = vault.reader_of(client)
    if robot.look_up(client).status != 200:
        raise harness.HarnessError("the robot gets no token before anything began")


def place():
    host, port = server.origin.removeprefix("https://").rsplit(":", 1)
    return host, int(port)


def connected():
    connection = socket.create_connection(place(), 20)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    return connection


def encrypted():
    context = ssl.create_default_context(cafile=server.ca_file)
    return context.wrap_socket(connected(), server_hostname=place()[0])


class Crowd:
    """Takes every place there is, again and again, each time doing `what` on a connection of its own."""

    def __init__(self, what):
        self.what = what
        self.held = []

    def __enter__(self):
        self.fill()
        return self

    def __exit__(self, *_):
        for one in self.held:
            one.close()

    def fill(self):
        """Comes in as far as it is let in at once; whoever was sent away comes back."""
        for _ in range(PLACES - len(self.held)):
            with contextlib.suppress(OSError):
                self.held.append(self.what())

    def come_back(self):
        """Those that the server has ended come anew. Answers how many these were."""
        ended = [one for one in self.held if self.has_ended(one)]
        for one in ended:
            self.held.remove(one)
            one.close()
        self.fill()
        return len(ended)

    @staticmethod
    def has_ended(connection):
        """Without reading from it, which some of these must not."""
        poll = select.poll()
        poll.register(connection, select.POLLRDHUP | select.POLLHUP | select.POLLERR)
        return bool(poll.poll(0))


def nothing_at_all():
    return connected()


def half_a_handshake():
    connection = connected()
    # A record of TLS 1.0's framing that promises 512 bytes of a ClientHello, and two of them.
    connection.sendall(b"\x16\x03\x01\x02\x00\x01\x00")
    return connection


def a_head_without_end():
    connection = encrypted()
    connection.sendall(b"GET /api/v1/projects HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
    return connection


def a_body_without_end():
    connection = encrypted()
    connection.sendall(b"POST /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 200000\r\n"
                       b"Content-Type: application/json\r\n\r\n{")
    return connection


def answers_that_nobody_reads():
    connection = encrypted()
    connection.sendall(20 * b"GET /api/v1/openapi.yaml HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    return connection


def rest_after_one_answer():
    connection = encrypted()
    connection.sendall(b"GET /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    connection.recv(65536)
    return connection


class SlowClients(unittest.TestCase):
    def look_up_anew(self):
        """On a connection of its own, as a robot that has just started."""
        start = time.monotonic()
        newcomer = server.client(robot.key)
        try:
            answer = newcomer.get(LOOKUP, query=client["question"])
        finally:
            newcomer.close()
        self.assertEqual(answer.status, 200, answer)
        self.assertLess(time.monotonic() - start, PATIENCE_SECONDS)

    def crowded_by(self, what):
        with Crowd(what) as crowd:
            self.assertGreater(len(crowd.held), PLACES // 2)
            self.look_up_anew()
            harness.wait_until(crowd.come_back, "some of them to be sent away")
            self.look_up_anew()
        self.assertTrue(server.process.running())

    def test_connections_without_a_handshake(self):
        # E30
        self.crowded_by(nothing_at_all)

    def test_handshakes_that_stop_half_way(self):
        # E30
        self.crowded_by(half_a_handshake)

    def test_heads_that_never_end(self):
        # E30
        self.crowded_by(a_head_without_end)

    def test_bodies_that_never_end(self):
        # E30
        self.crowded_by(a_body_without_end)

    def test_answers_that_nobody_reads(self):
        # E30
        self.crowded_by(answers_that_nobody_reads)

    def test_connections_that_rest(self):
        # E30
        self.crowded_by(rest_after_one_answer)
