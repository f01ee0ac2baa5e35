#!/usr/bin/env python3
"""./dev bench scale: what a million OAuth clients cost, against a thousand.

Fills data directories of each size through the vault's own services (bench/fill.cc; kept below
build/bench-data and used again), then measures the shipped binary in its default configuration:

  start-up     from the start of the process to 200 at /readyz, page cache warm; median of --starts
  memory       resident, after every client was looked up once
  look-ups/s   over robots and clients at random; the sizes take turns, --pairs times, each server
               alone on one core and the load generator on another

The last line is: scale_1m_vs_1k <ratio> startup_s <s> bytes_per_client <n>, of the largest size
against the smallest. Every answer must be 200.

    --sizes N,N,...   numbers of clients (default 1000,100000,1000000)
    --quick           sizes 1000,20000, shorter runs
    --pairs N, --seconds S, --starts N, --connections N
"""
import argparse
import os
import statistics
import sys
import time

import datasets
import lookup

SERVER_CORE, LOAD_CORE = lookup.SERVER_CORE, lookup.LOAD_CORE


def options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", default="1000,100000,1000000")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--starts", type=int, default=3)
    parser.add_argument("--connections", type=int, default=512)
    wanted = parser.parse_args()
    if wanted.quick:
        wanted.sizes, wanted.pairs, wanted.seconds, wanted.starts = "1000,20000", 2, 1, 1
    wanted.sizes = sorted(int(size) for size in wanted.sizes.split(","))
    return wanted


def resident_bytes(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        line = next(line for line in status if line.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024


class Measured:
    """One size: its data, its running server, and what was measured of it."""

    def __init__(self, data):
        self.data = data
        self.rates = []

    def start(self, world, harness, count):
        """Times `count` starts on all cores, then starts once more on the server's core alone."""
        times = []
        for _ in range(count):
            server = harness.Strongroom(world, data=self.data.data, name=f"s{self.data.clients}")
            self.data.warm()
            began = time.monotonic()
            server.start()
            times.append(time.monotonic() - began)
            server.process.stop(patience=120)
        self.startup = statistics.median(times)
        self.server = harness.Strongroom(world, data=self.data.data,
                                         name=f"s{self.data.clients}-pinned",
                                         before_exec=lookup.on_core(SERVER_CORE)).start()
        self.pid = self.server.process.child.pid
        self.port = int(self.server.origin.rsplit(":", 1)[1])
        self.after_start = resident_bytes(self.pid)

    def look_up_all(self, wanted):
        answers = lookup.load(self.port, self.data.requests, wanted, once=True)
        if answers["requests"] != self.data.clients:
            raise SystemExit(f"{answers['requests']} answers for {self.data.clients} clients")
        self.resident = resident_bytes(self.pid)

    def measure(self, wanted):
        run = lookup.loaded(self.pid, self.port, self.data.requests, wanted)
        self.rates.append(run["per_second"])
        return f"{self.data.clients}: {run['per_second']:.0f}/s (core {run['core']:.0%})"


def report(sizes):
    print("clients    start-up   look-ups/s   resident (after start)")
    for size in sizes:
        print(f"{size.data.clients:<10} {size.startup:6.2f} s {statistics.median(size.rates):10.0f}"
              f" {size.resident / 1e6:10.1f} MB ({size.after_start / 1e6:.1f} MB)")
    least, most = sizes[0], sizes[-1]
    ratio = statistics.median(most.rates) / statistics.median(least.rates)
    more = max(most.data.clients - least.data.clients, 1)
    print(f"scale_1m_vs_1k {ratio:.3f} startup_s {most.startup:.2f} "
          f"bytes_per_client {(most.resident - least.resident) / more:.0f}")


def main():
    wanted = options()
    datasets.PLACE.mkdir(parents=True, exist_ok=True)
    os.environ["TMPDIR"] = str(datasets.PLACE)  # a real disk; /tmp may be memory
    import harness
    sizes = [Measured(datasets.DataSet(size).fill()) for size in wanted.sizes]
    with harness.World() as world:
        for size in sizes:
            size.start(world, harness, wanted.starts)
            print(f"{size.data.clients} clients: /readyz after {size.startup:.2f} s", flush=True)
        os.sched_setaffinity(0, {LOAD_CORE})
        for size in sizes:
            size.look_up_all(wanted)
        for turn in range(wanted.pairs):
            print(f"turn {turn + 1}: " + ", ".join(size.measure(wanted) for size in sizes),
                  flush=True)
        report(sizes)


if __name__ == "__main__":
    sys.exit(main())
