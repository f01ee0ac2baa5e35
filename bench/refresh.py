#!/usr/bin/env python3
"""./dev bench refresh: tokens of many clients are renewed before they end.

The vault and the refresh engine of the server, with database, audit trail and journal on the disk
and every sync (bench/refresh.cc); replaced are the clock and the provider, which rotates refresh
tokens and keeps the truth about each. Two parts:

  minute  10,000 clients become due in one minute at one provider that takes 50 ms: all are fresh
          before they end, and it is never asked by more than 16 at once
  hours   a million clients whose tokens live an hour, for two hours that pass as fast as the
          machine can: none late, none twice

The last line is: refresh_late <n> refresh_duplicates <n> cpu_us_per_refresh <us>, the first two of
both parts, the third of the second; processor time of all threads, the system's share included.
The line above it says of the second part: processor time in the program and in the system, context
switches, and syncs of the state database and of the audit trail, all for each refresh.

    --clients N        of the second part (default 1000000)
    --hours N          of the second part (default 2)
    --step N           seconds that its clock jumps by (default 1); with 20,000 clients and 50 as
                       many are due at once as with a million and 1
    --in-a-minute N    clients of the first part (default 10000)
    --latency-ms N     of the first part (default 50)
    --quick            2,000 and 20,000 clients
"""
import argparse
import pathlib
import shutil
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = TOP / "build/release/bench/strongroom_refresh_bench"
MOST_AT_ONCE = 16  # refresh.requests_per_host


def options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--clients", type=int, default=1_000_000)
    parser.add_argument("--hours", type=int, default=2)
    parser.add_argument("--step", type=int, default=1)
    parser.add_argument("--in-a-minute", type=int, default=10_000)
    parser.add_argument("--latency-ms", type=int, default=50)
    parser.add_argument("--quick", action="store_true")
    wanted = parser.parse_args()
    if wanted.quick:
        wanted.in_a_minute, wanted.clients = 2_000, 20_000
    return wanted


def measure(mode, **numbers):
    """What the program prints of one part, as numbers by name."""
    data = TOP / "build/bench-data/refresh"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    command = [PROGRAM, "--data", data, "--mode", mode]
    for name, number in numbers.items():
        command += [f"--{name.replace('_', '-')}", str(number)]
    try:
        output = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
    finally:
        shutil.rmtree(data, ignore_errors=True)
    found = {name: float(value) for name, value in map(str.split, output.splitlines())}
    print(f"{mode}: {found['clients']:.0f} clients, {found['refreshes']:.0f} refreshes in "
          f"{found['seconds']:.1f} s, at most {found['at_once']:.0f} at once, "
          f"{found['cpu_us_per_refresh']:.0f} us of processor time each", flush=True)
    return found


def main():
    wanted = options()
    minute = measure("minute", clients=wanted.in_a_minute, latency_ms=wanted.latency_ms)
    hours = measure("hours", clients=wanted.clients, hours=wanted.hours, step=wanted.step)
    print(" ".join(f"{name} {hours[name]:g}" for name in
                   ("user_us", "system_us", "switches", "state_syncs", "audit_syncs")))
    parts = minute, hours
    late = sum(part["refresh_late"] for part in parts)
    duplicates = sum(part["refresh_duplicates"] for part in parts)
    wrong = []
    if minute["refreshes"] != wanted.in_a_minute:
        wrong.append("in the first part not every client was refreshed once")
    if minute["at_once"] > MOST_AT_ONCE:
        wrong.append(f"more than {MOST_AT_ONCE} requests at once")
    if any(part["journal_free"] != 64 for part in parts):
        wrong.append("something was left in the journal")
    for one in wrong:
        print(f"refresh: {one}", file=sys.stderr)
    print(f"refresh_late {late:.0f} refresh_duplicates {duplicates:.0f} "
          f"cpu_us_per_refresh {hours['cpu_us_per_refresh']:.0f}")
    return 1 if wrong or late or duplicates else 0


if __name__ == "__main__":
    sys.exit(main())
