#!/usr/bin/env python3
"""./dev bench timing: whether the time of an answer tells a robot what the answer does not.

Look-ups of clients that are not there, that are there and may not be read, and with a key that does not
fit, all answered 404; and with keys that are well-formed and wrong, answered 401. They take turns in random
order on the same connections, from many addresses, because wrong keys are throttled by address. For each
pair: medians, Welch's t and the Mann-Whitney z. Nothing is asserted: beyond |z| of 4 or so somebody
who can measure on this machine can tell the two apart; across a network it takes far more samples.

    --rounds N      samples of each kind (default 3000)
"""
import argparse
import http.client
import itertools
import math
import pathlib
import random
import secrets
import ssl
import statistics
import sys
import time
import urllib.parse
import zlib

TOP = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP / "tests/e2e"))
ROUNDS_OF_AN_ADDRESS = 10  # wrong keys that are free are 20
WARM_UP = 2
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def wrong_key():
    """With a right checksum, so that it is looked for and not refused by its form."""
    text = "srk_robot_" + "".join(secrets.choice(ALPHABET) for _ in range(43))
    checksum, digits = zlib.crc32(text.encode()), ""
    for _ in range(6):
        checksum, digit = divmod(checksum, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return text + digits


def kinds(vault, hostile, world):
    """{what is asked: (its query, a function that answers the key, the status that must come)}"""
    from vault import API, LOOKUP  # noqa: PLC0415: found by the path that was set above
    endpoint = hostile.about["token"] + "good?expires_in=86400"
    mine = vault.client_at(endpoint, world=world)
    other = vault.client_at(endpoint, world=world)
    robot = vault.reader_of(mine)
    elsewhere = {"restrictions": {"addresses": ["192.0.2.1"]}}
    narrowed = vault.expect(201, vault.http.post(f"{API}/robots/{robot.id}/keys", elsewhere))["key"]
    missing = other["question"] | {"label": "x" * len(other["question"]["label"])}

    def path(question):
        return LOOKUP + "?" + urllib.parse.urlencode(question)
    return {"unknown": (path(missing), lambda: robot.key, 404),
            "forbidden": (path(other["question"]), lambda: robot.key, 404),
            "restricted": (path(mine["question"]), lambda: narrowed, 404),
            "wrong key": (path(mine["question"]), wrong_key, 401)}


def one(connection, path, key, status):
    began = time.perf_counter_ns()
    connection.request("GET", path, headers={"Authorization": f"Bearer {key}"})
    response = connection.getresponse()
    response.read()
    took = time.perf_counter_ns() - began
    if response.status != status:
        sys.exit(f"expected {status} and got {response.status} from {path}")
    return took / 1000


def measure(server, asked, rounds):
    context = ssl.create_default_context(cafile=server.ca_file)
    url = urllib.parse.urlsplit(server.origin)
    samples = {name: [] for name in asked}
    for number in range(math.ceil(rounds / ROUNDS_OF_AN_ADDRESS)):
        connection = http.client.HTTPSConnection(url.hostname, url.port, context=context)
        connection.source_address = (f"127.1.{number // 250}.{number % 250 + 1}", 0)
        for turn in range(ROUNDS_OF_AN_ADDRESS + WARM_UP):
            for name in random.sample(sorted(asked), len(asked)):
                path, key, status = asked[name]
                took = one(connection, path, key(), status)
                if turn >= WARM_UP:
                    samples[name].append(took)
        connection.close()
    return samples


def welch(a, b):
    spread = statistics.variance(a) / len(a) + statistics.variance(b) / len(b)
    return (statistics.fmean(a) - statistics.fmean(b)) / math.sqrt(spread)


def mann_whitney(a, b):
    """The normal approximation; times in nanoseconds hardly tie."""
    ranked = sorted([(value, 0) for value in a] + [(value, 1) for value in b])
    ranks = sum(rank for rank, (_, which) in enumerate(ranked, 1) if which == 0)
    u = ranks - len(a) * (len(a) + 1) / 2
    middle = len(a) * len(b) / 2
    return (u - middle) / math.sqrt(len(a) * len(b) * (len(a) + len(b) + 1) / 12)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=3000)
    wanted = parser.parse_args()
    import harness  # noqa: PLC0415
    from vault import Vault  # noqa: PLC0415
    with harness.World() as world:
        server = harness.Strongroom(world, env={
            "STRONGROOM_LOOKUP__REQUESTS_PER_SECOND": "100000", "STRONGROOM_LOOKUP__BURST": "100000"})
        server.start()
        asked = kinds(Vault(server), world.hostile(), world)
        samples = measure(server, asked, wanted.rounds)
    for name, times in samples.items():
        quarters = statistics.quantiles(times, n=4)
        print(f"{name:12} {len(times)} samples  median {quarters[1]:8.1f} us  "
              f"quartiles {quarters[0]:8.1f} to {quarters[2]:8.1f} us")
    for a, b in itertools.combinations(samples, 2):
        print(f"timing {a} / {b}: medians differ by "
              f"{statistics.median(samples[a]) - statistics.median(samples[b]):+.1f} us, "
              f"Welch t {welch(samples[a], samples[b]):+.2f}, "
              f"Mann-Whitney z {mann_whitney(samples[a], samples[b]):+.2f}")


if __name__ == "__main__":
    main()
