#!/usr/bin/env python3
"""./dev bench lookup: look-ups against nginx, on the same core, with the same load generator.

The shipped binary in its default configuration, data on a real disk, CLIENTS clients with tokens of
1.2 kB, ROBOTS robots at random. nginx answers `return 200` with a body of the same size, the same
certificate and TLS keep-alive. Servers run on one core, the load generator on another; the two take
turns, PAIRS times. Printed are medians; the last line is: lookup_vs_nginx <ratio>

    --pairs N       pairs of runs (default 5)
    --seconds S     length of one run (default 4)
    --clients N, --robots N, --connections N
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import time
import urllib.parse

TOP = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP / "tests/e2e"))
BUILD = TOP / "build/release"
SERVER_CORE, LOAD_CORE = 0, 1
TOKEN_BYTES = 1200


def on_core(core):
    """For a child process: only on this core."""
    return lambda: os.sched_setaffinity(0, {core})


def options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--robots", type=int, default=100)
    parser.add_argument("--connections", type=int, default=512)
    return parser.parse_args()


def fill(vault, provider, world, wanted):
    """Makes the clients and robots, retrieves every token, and answers the requests to send."""
    token = "t" * TOKEN_BYTES
    endpoint = provider.script("bench", f"good?expires_in=86400&access_token={token}")
    target = vault.target_system(endpoint, "bench", "a-consumer-secret", world=world)
    clients = [vault.client(target, label=f"client {n}") for n in range(wanted.clients)]
    robots = [vault.robot(name=f"robot {n}", path="bench/load") for n in range(wanted.robots)]
    for client in clients:
        vault.grant(client, path_pattern="bench/*")
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        def retrieve(client):
            http = vault.server.client(vault.key)
            answer = http.post(f"/api/v1/oauth-clients/{client['id']}/retrieve-tokens")
            http.close()
            return answer.status
        statuses = set(pool.map(retrieve, clients))
    if statuses != {200}:
        raise SystemExit(f"tokens could not be retrieved: {statuses}")
    lines = []
    for number, client in enumerate(clients):
        robot = robots[number % len(robots)]
        query = urllib.parse.urlencode(client["question"])
        lines.append(f"/api/v1/lookup/oauth-clients?{query}\t{robot.key}")
    return lines, robots[0].look_up(clients[0])


def start_nginx(world, server, body):
    directory = world.directory / "nginx"
    directory.mkdir()
    tls = server.data / "tls"
    config = directory / "nginx.conf"
    config.write_text(f"""
worker_processes 1; daemon off; master_process off; pid {directory}/pid; error_log {directory}/error.log;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_timeout 75; keepalive_requests 100000000;
  client_body_temp_path {directory}/a; proxy_temp_path {directory}/b; fastcgi_temp_path {directory}/c;
  uwsgi_temp_path {directory}/d; scgi_temp_path {directory}/e;
  server {{
    listen 127.0.0.1:18443 ssl; ssl_certificate {tls}/server.crt; ssl_certificate_key {tls}/server.key;
    ssl_protocols TLSv1.2 TLSv1.3;
    location / {{ default_type application/json; add_header Cache-Control no-store;
                  return 200 '{body}'; }}
  }}
}}
""")
    child = subprocess.Popen(["nginx", "-c", str(config), "-p", str(directory)],
                             preexec_fn=on_core(SERVER_CORE), stderr=subprocess.DEVNULL)
    world.keep(type("Nginx", (), {"child": child, "running": lambda _: child.poll() is None})())
    return child, 18443


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def load(port, requests_file, wanted, rate=0, once=False):
    command = [BUILD / "bench/strongroom_load", "--port", port, "--requests", requests_file,
               "--connections", wanted.connections, "--seconds", wanted.seconds, "--rate", rate,
               "--once", "yes" if once else "no"]
    run = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False,
                         preexec_fn=on_core(LOAD_CORE))
    if run.returncode != 0:
        raise SystemExit(run.stderr)
    result = json.loads(run.stdout)
    if set(result["statuses"]) != {"200"}:
        raise SystemExit(f"not only 200: {result['statuses']}")
    return result


def loaded(pid, port, requests_file, wanted):
    """One closed-loop run, and how much of its core the server used meanwhile."""
    before, start = cpu_seconds(pid), time.monotonic()
    result = load(port, requests_file, wanted)
    result["core"] = (cpu_seconds(pid) - before) / (time.monotonic() - start)
    return result


def metric(server, name):
    found = re.search(rf"^{name}(?:{{[^}}]*}})? (\S+)$", server.metrics(), re.M)
    return float(found[1])


def handed_out(server):
    found = re.search(r'^strongroom_lookups_total{result="handed_out"} (\S+)$', server.metrics(), re.M)
    return int(float(found[1]))


def fsync_p99_us(server, before):
    """The 99th percentile of the fsyncs since `before`, by the histogram's steps: linear within one."""
    now = fsync_steps(server)
    steps = [(end, now[end] - before[end]) for end in sorted(now)]
    wanted, (lower, below) = 0.99 * steps[-1][1], (0.0, 0)
    for upper, count in steps:
        if count >= wanted:
            share = (wanted - below) / max(1, count - below)
            return 1e6 * (lower + share * (min(upper, 2 * lower + 1e-4) - lower))
        lower, below = upper, count
    return 1e6 * lower


def fsync_steps(server):
    found = re.findall(r'^strongroom_audit_fsync_seconds_bucket{le="([^"]+)"} (\S+)$', server.metrics(), re.M)
    return {float(end.replace("+Inf", "inf")): float(count) for end, count in found}


def check_audit(world, server, answers):
    """Every 200 has its event, and the chain is whole."""
    counted = handed_out(server)
    if counted != answers:
        raise SystemExit(f"{answers} answers, but {counted} hand-outs counted")
    verified = world.run("audit", "verify", "--data", server.data, "--output", "json", patience=600)
    if verified.returncode != 0:
        raise SystemExit(f"audit verify failed: {verified.stderr}")
    import sqlite3
    with sqlite3.connect(f"file:{server.data}/audit.db?mode=ro", uri=True) as database:
        events, = database.execute(
            "SELECT count(*) FROM events WHERE body LIKE '%\"action\":\"token.handed_out\"%'").fetchone()
    if events != answers:
        raise SystemExit(f"{answers} answers, but {events} events in the chain")
    print(f"audit: {events} hand-outs = {answers} answers of 200; audit verify ok; "
          f"{int(metric(server, 'strongroom_audit_fsyncs_total'))} fsyncs, "
          f"{int(metric(server, 'strongroom_audit_commits_total'))} commits")


def main():
    wanted = options()
    place = TOP / "build/bench-data"
    place.mkdir(parents=True, exist_ok=True)
    os.environ["TMPDIR"] = str(place)  # a real disk; /tmp may be memory
    import harness
    from vault import Vault
    os.sched_setaffinity(0, {LOAD_CORE})
    with harness.World() as world:
        provider = world.hostile()
        server = harness.Strongroom(world, before_exec=on_core(SERVER_CORE)).start()
        vault = Vault(server)
        print(f"filling: {wanted.clients} clients, {wanted.robots} robots", flush=True)
        lines, sample = fill(vault, provider, world, wanted)
        requests_file = world.directory / "requests"
        requests_file.write_text("\n".join(lines) + "\n")
        answers = 1
        pid, port = server.process.child.pid, int(server.origin.rsplit(":", 1)[1])
        nginx, nginx_port = start_nginx(world, server, sample.body.decode())
        harness.wait_until(lambda: subprocess.run(
            ["curl", "-sk", f"https://127.0.0.1:{nginx_port}/"], capture_output=True,
            check=False).returncode == 0, "nginx")
        ours, theirs = [], []
        for pair in range(wanted.pairs):
            theirs.append(loaded(nginx.pid, nginx_port, requests_file, wanted))
            ours.append(loaded(pid, port, requests_file, wanted))
            answers += ours[-1]["requests"]
            print(f"pair {pair + 1}: strongroom {ours[-1]['per_second']:.0f}/s "
                  f"(core {ours[-1]['core']:.0%}), nginx {theirs[-1]['per_second']:.0f}/s "
                  f"(core {theirs[-1]['core']:.0%})", flush=True)
        our_rate = statistics.median(r["per_second"] for r in ours)
        their_rate = statistics.median(r["per_second"] for r in theirs)
        for name, runs in (("strongroom", ours), ("nginx", theirs)):
            core = statistics.median(r["core"] for r in runs)
            if core < 0.9:
                print(f"warning: {name} used {core:.0%} of its core; something else was the limit")
        latency = {}
        for name, its_port, rate in (("nginx", nginx_port, their_rate / 2),
                                     ("strongroom", port, our_rate / 2)):
            steps = fsync_steps(server)
            runs = [load(its_port, requests_file, wanted, rate) for _ in range(3)]
            if name == "strongroom":
                answers += sum(r["requests"] for r in runs)
            latency[name] = {p: statistics.median(r[p] for r in runs) for p in ("p50_us", "p99_us")}
            print(f"{name} at {rate:.0f}/s (half of saturation, open loop): "
                  f"p50 {latency[name]['p50_us']} us, p99 {latency[name]['p99_us']} us")
            if name == "strongroom":
                fsync = fsync_p99_us(server, steps)
        allowed = latency["nginx"]["p99_us"] + 2 * fsync
        print(f"fsync p99 {fsync:.0f} us; p99 allowed (nginx's and two fsyncs) {allowed:.0f} us, "
              f"had {latency['strongroom']['p99_us']} us")
        check_audit(world, server, answers)
        server.stop()
        print(f"medians: strongroom {our_rate:.0f}/s, nginx {their_rate:.0f}/s")
        print(f"lookup_vs_nginx {our_rate / their_rate:.3f}")


if __name__ == "__main__":
    main()
