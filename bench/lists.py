#!/usr/bin/env python3
"""./dev bench lists: pages of a list of a million OAuth clients.

GET /oauth-clients of the shipped binary, filtered in several ways, sorted by each key, first page,
a page in the middle and the last one, 50 items each. Every total is compared with what the filter
must let through. Timed is the whole request over HTTPS, page cache warm. The last line is:
list_ms <p99 of all requests>

    --clients N   size of the data set (default 1000000; the one of ./dev bench scale)
    --repeat N    how often each is asked (default 5)
"""
import argparse
import fnmatch
import os
import statistics
import sys
import time

import datasets
import lookup  # noqa: F401  (puts the end-to-end tests' harness within reach)

SORTS = ("name", "-name", "state", "-state", "created_at", "-created_at", "updated_at",
         "-updated_at")
PAGE_SIZE = 50


def options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--clients", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=5)
    return parser.parse_args()


def filters(clients):
    """What is asked for, and how many clients that must be."""
    labels = [f"client {n}" for n in range(clients)]
    yield {}, clients
    for text in (str(clients // 3), "t 123", "99", "Client 1", "client", "nobody"):
        wanted = text.lower()
        yield {"filter": text}, sum(wanted in label for label in labels)
    for pattern in ("client ???", "*7", "client 1*9", "c*t 5?5*"):
        yield {"filter": pattern}, len(fnmatch.filter(labels, pattern))
    yield {"state": "active"}, clients
    yield {"state": "failing"}, 0


def questions(vault, clients):
    for query, total in filters(clients):
        yield query, total
    system = vault.find("target-systems", "system 3")
    in_system = sum(n % datasets.SYSTEMS == 3 for n in range(clients))
    yield {"target_system": system["id"]}, in_system
    yield {"project": vault.project["id"]}, clients


def ask(client, query):
    began = time.monotonic()
    answer = client.get("/api/v1/oauth-clients", query=query)
    taken = (time.monotonic() - began) * 1000
    if answer.status != 200:
        raise SystemExit(f"{query}: {answer!r}")
    return taken, answer.json


def measure(client, query, total, repeat):
    """Times of all requests for this filter, by sort key and page."""
    last = max((total - 1) // PAGE_SIZE, 0) + 1
    times = {}
    for sort in SORTS:
        for page in sorted({1, (last + 1) // 2, last}):
            for _ in range(repeat):
                taken, answer = ask(client, query | {"sort": sort, "page": page,
                                                     "page_size": PAGE_SIZE})
                if answer["total"] != total:
                    raise SystemExit(f"{query}: total {answer['total']}, expected {total}")
                expected = min(PAGE_SIZE, total - (page - 1) * PAGE_SIZE)
                if len(answer["items"]) != max(expected, 0):
                    raise SystemExit(f"{query} page {page}: {len(answer['items'])} items")
                times.setdefault((sort, "first" if page == 1 else "deep"), []).append(taken)
    return times


def percentile(times, share):
    times = sorted(times)
    return times[min(int(len(times) * share), len(times) - 1)]


def main():
    wanted = options()
    datasets.PLACE.mkdir(parents=True, exist_ok=True)
    os.environ["TMPDIR"] = str(datasets.PLACE)
    import harness
    from vault import Vault
    data = datasets.DataSet(wanted.clients).fill()
    everything = []
    with harness.World() as world:
        data.warm()
        server = harness.Strongroom(world, data=data.data).start()
        vault = Vault(server)
        client = harness.Client(server.origin, server.ca_file, vault.key)
        print(f"{'filter':<36} {'total':>8}  first page p50/max ms   deep pages p50/max ms   slowest sort")
        for query, total in questions(vault, wanted.clients):
            times = measure(client, query, total, wanted.repeat)
            first = [t for (_, page), all_of in times.items() if page == "first" for t in all_of]
            deep = [t for (_, page), all_of in times.items() if page == "deep" for t in all_of]
            slowest = max(times, key=lambda key: max(times[key]))
            name = " ".join(f"{key}={value}" for key, value in query.items()) or "(none)"
            shown = f"{statistics.median(deep):8.1f} / {max(deep):6.1f}" if deep else " " * 17
            print(f"{name[:36]:<36} {total:>8}   {statistics.median(first):8.1f} / {max(first):6.1f}"
                  f"       {shown}       {slowest[0]}", flush=True)
            everything += first + deep
    print(f"{len(everything)} requests: p50 {percentile(everything, 0.5):.1f} ms, "
          f"worst {max(everything):.1f} ms")
    print(f"list_ms {percentile(everything, 0.99):.1f}")


if __name__ == "__main__":
    sys.exit(main())
