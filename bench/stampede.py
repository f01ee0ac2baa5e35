#!/usr/bin/env python3
"""./dev bench stampede: many robots ask for one expired token at once.

The provider holds its answer until the server counts all of them waiting; then everybody must get
the same token out of one request. The last line is: stampede_token_requests <count>

    --lookups N   how many ask at once (default 5000)
"""
import argparse
import json
import pathlib
import re
import resource
import select
import socket
import ssl
import sys
import threading
import time
import urllib.parse

TOP = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP / "tests/e2e"))


def waiting(server):
    return int(float(re.search(r"^strongroom_lookups_waiting (\S+)$", server.metrics(), re.M)[1]))


def open_connections(server, count):
    """Connected and past the handshake, so that only the look-ups themselves are left to do."""
    context = ssl.create_default_context(cafile=str(server.ca_file))
    port = int(server.origin.rsplit(":", 1)[1])
    connections = []
    for _ in range(count):
        raw = socket.create_connection(("127.0.0.1", port))
        connections.append(context.wrap_socket(raw, server_hostname="127.0.0.1"))
    return connections


def read_answers(connections, patience):
    """The body of each answer, as they come."""
    poll = select.poll()
    left = {c.fileno(): (c, bytearray()) for c in connections}
    for number in left:
        poll.register(number, select.POLLIN)
    for connection in connections:
        connection.setblocking(False)
    bodies, deadline = [], time.monotonic() + patience
    while left and time.monotonic() < deadline:
        for number, _ in poll.poll(500):
            connection, got = left[number]
            try:
                while chunk := connection.recv(65536):
                    got += chunk
            except ssl.SSLWantReadError:
                pass
            head, _, body = bytes(got).partition(b"\r\n\r\n")
            length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
            if length and len(body) >= int(length[1]):
                bodies.append((int(head.split(b" ", 2)[1]), body))
                poll.unregister(number)
                del left[number]
    return bodies


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--lookups", type=int, default=5000)
    wanted = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    import harness
    from vault import Vault, LOOKUP
    with harness.World() as world:
        provider = world.hostile()
        server = harness.Strongroom(world).start()
        vault = Vault(server)
        lane = provider.script("stampede", "good?expires_in=1", "hold?expires_in=3600")
        client = vault.client_at(lane, world=world)
        robots = [vault.reader_of(client) for _ in range(10)]
        first = robots[0].look_up(client)
        if first.status != 200:
            raise SystemExit(f"the first look-up failed: {first!r}")
        connections = open_connections(server, wanted.lookups)
        expired = threading.Event()
        threading.Timer(1.2, expired.set).start()
        expired.wait()  # the token's one second is over: time itself is what is waited for
        query = urllib.parse.urlencode(client["question"])
        for number, connection in enumerate(connections):
            robot = robots[number % len(robots)]
            connection.sendall(f"GET {LOOKUP}?{query} HTTP/1.1\r\nHost: localhost\r\n"
                               f"Authorization: Bearer {robot.key}\r\n\r\n".encode())
        harness.wait_until(lambda: waiting(server) == wanted.lookups,
                           f"{wanted.lookups} waiting look-ups", patience=60)
        print(f"{waiting(server)} look-ups wait, the provider has not answered yet", flush=True)
        start = time.monotonic()
        provider.release()
        answers = read_answers(connections, 60)
        seconds = time.monotonic() - start
        statuses = {status for status, _ in answers}
        tokens = {json.loads(body)["access_token"] for status, body in answers if status == 200}
        for connection in connections:
            connection.close()
        requests = len(provider.requests()) - 1
        print(f"{len(answers)} answers in {seconds:.2f} s, statuses {sorted(statuses)}, "
              f"{len(tokens)} different tokens")
        if len(answers) != wanted.lookups or statuses != {200} or len(tokens) != 1:
            raise SystemExit("not everybody got the one token")
        print(f"stampede_token_requests {requests}")


if __name__ == "__main__":
    main()
