#!/usr/bin/env python3
"""./dev bench stampede: many robots ask for one expired token at once.

The provider holds its answer until the server counts all of them waiting; then everybody must get
the same token out of one request: first by client credentials, then by a refresh token that rotates,
of which none may be used twice. The last line is: stampede_token_requests <the most of the two>

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


def people_at(vault, endpoint, world):
    """A client for which somebody signed in elsewhere, at a provider that rotates refresh tokens."""
    from vault import API, LOOPBACK
    system = vault.create("target-systems", {
        "name": vault.name("target system"), "project": vault.project["id"], "service_provider": "generic",
        "grant": "authorization_code", "consumer_key": "id", "consumer_secret": "secret",
        "trusted_ca_pem": world.ca_pem, "allowed_addresses": [LOOPBACK],
        "endpoint_parameters": {"token_endpoint": endpoint,
                                "authorization_endpoint": endpoint + "/authorize"}})
    client = vault.client(system)
    vault.expect(200, vault.http.post(f"{API}/oauth-clients/{client['id']}/import-tokens",
                                      {"refresh_token": "rt-0"}))
    return client


def ask_all(server, client, robots, connections):
    from vault import LOOKUP
    query = urllib.parse.urlencode(client["question"])
    for number, connection in enumerate(connections):
        robot = robots[number % len(robots)]
        connection.sendall(f"GET {LOOKUP}?{query} HTTP/1.1\r\nHost: localhost\r\n"
                           f"Authorization: Bearer {robot.key}\r\n\r\n".encode())


def stampede(server, provider, client, robots, count):
    """How many requests the provider got for all of them."""
    import harness
    first = robots[0].look_up(client)
    if first.status != 200:
        raise SystemExit(f"the first look-up failed: {first!r}")
    before = len(provider.requests())
    connections = open_connections(server, count)
    expired = threading.Event()
    threading.Timer(1.2, expired.set).start()
    expired.wait()  # the token's one second is over: time itself is what is waited for
    ask_all(server, client, robots, connections)
    harness.wait_until(lambda: waiting(server) == count, f"{count} waiting look-ups", patience=60)
    print(f"{waiting(server)} look-ups wait, the provider has not answered yet", flush=True)
    start = time.monotonic()
    provider.release()
    answers = read_answers(connections, 60)
    seconds = time.monotonic() - start
    statuses = {status for status, _ in answers}
    tokens = {json.loads(body)["access_token"] for status, body in answers if status == 200}
    for connection in connections:
        connection.close()
    print(f"{len(answers)} answers in {seconds:.2f} s, statuses {sorted(statuses)}, "
          f"{len(tokens)} different tokens")
    if len(answers) != count or statuses != {200} or len(tokens) != 1:
        raise SystemExit("not everybody got the one token")
    return len(provider.requests()) - before


def check_rotation(vault, provider, client):
    """The refresh token of the one request is the one that is used next, and none was used twice."""
    vault.expect(200, vault.retrieve(client))
    sent = [urllib.parse.parse_qs(one["body"])["refresh_token"][0] for one in provider.requests()
            if "grant_type=refresh_token" in one["body"]]
    if len(sent) != 3 or len(set(sent)) != 3 or sent[0] != "rt-0":
        raise SystemExit(f"{len(sent)} refreshes with {len(set(sent))} refresh tokens, where each must have its own")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--lookups", type=int, default=5000)
    wanted = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    import harness
    from vault import Vault
    with harness.World() as world:
        provider = world.hostile()
        server = harness.Strongroom(world).start()
        vault = Vault(server)
        by_itself = vault.client_at(provider.script("stampede", "good?expires_in=1", "hold?expires_in=3600"),
                                    world=world)
        of_people = people_at(vault, provider.script("rotating", "renew?expires_in=1",
                                                     "renew-hold?expires_in=3600", "renew"), world)
        robots = [vault.reader_of(by_itself, of_people) for _ in range(10)]
        print("client credentials:")
        requests = stampede(server, provider, by_itself, robots, wanted.lookups)
        print(f"{requests} token requests\na refresh token that rotates:")
        rotating = stampede(server, provider, of_people, robots, wanted.lookups)
        check_rotation(vault, provider, of_people)
        print(f"{rotating} token requests")
        print(f"stampede_token_requests {max(requests, rotating)}")


if __name__ == "__main__":
    main()
