#!/usr/bin/env python3
"""./dev bench console: what the console's table of OAuth clients costs the server, at 20,000 clients.

Asks as the console does: with a session's cookie, over one connection that stays open, pages of 50, and for
*Select all that match* and *Export as CSV* every page of 1,000. Every total is compared with what the filter
must let through. A question is asked --repeat times in turn with the others; its first time, when the total
has to be counted, stands beside the median of the rest. Beside them, from the same run:

  session   GET /api/v1/session: the smallest answer that a signed-in person gets, so HTTP, TLS and the cookie alone
  SQLite    the page's rows and its total as two plain statements, in this process, on the same file

The last line is: console_ms <the median of the slowest page> console_vs_session <that as a multiple>

    --clients N   size of the data set (default 20000; made by bench/fill.cc, kept below build/bench-data)
    --repeat N    how often each is asked (default 20)
"""
import argparse
import fnmatch
import os
import sqlite3
import statistics
import sys
import time

import datasets
import lookup  # noqa: F401  (puts the end-to-end tests' harness within reach)

PAGE_SIZE, WHOLE = 50, 1000  # as the console asks: a page of the table, and a page of everything
SORTS = ("label", "-label", "state", "-state", "created_at", "-created_at", "updated_at", "-updated_at")
CLIENTS, ROBOTS = "/api/v1/oauth-clients", "/api/v1/robots"
SESSION = "/api/v1/session"


def options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--clients", type=int, default=20_000)
    parser.add_argument("--repeat", type=int, default=20)
    return parser.parse_args()


class Question:
    """One page that somebody looks at, and its times in milliseconds, the first one first."""

    def __init__(self, name, path, query, total):
        self.name, self.path, self.query, self.total = name, path, query, total
        self.times = []

    def ask(self, person):
        began = time.monotonic()
        answer = person.request("GET", self.path, query=self.query)
        self.times.append((time.monotonic() - began) * 1000)
        if answer.status != 200 or (self.total is not None and answer.json["total"] != self.total):
            raise SystemExit(f"{self.name}: {answer!r}, expected a total of {self.total}")

    @property
    def median(self):
        return statistics.median(self.times[1:])

    def line(self, unit):
        worst = max(self.times[1:])
        total = "" if self.total is None else self.total
        return f"{self.name:<34} {total:>7} {self.times[0]:9.2f} {self.median:9.2f} {worst:9.2f} {self.median / unit:8.1f}"


def pages(clients):
    """The table as people look at it."""
    labels = [f"client {n}" for n in range(clients)]
    last = (clients - 1) // PAGE_SIZE + 1

    def page(name, total=clients, path=CLIENTS, **query):
        return Question(name, path, {"sort": "label", "page": 1, "page_size": PAGE_SIZE} | query, total)

    yield page("first page")
    yield page("middle page", page=(last + 1) // 2)
    yield page("last page", page=last)
    for sort in SORTS[1:]:
        yield page(f"first page by {sort}", sort=sort)
        yield page(f"last page by {sort}", sort=sort, page=last)
    for text in ("client 12", "9", f"client {clients // 3}", "nobody"):
        yield page(f"text: {text}", sum(text in label for label in labels), filter=text)
    for pattern in ("client ???", "*7", "c*1?9*"):
        found = len(fnmatch.filter(labels, pattern))
        yield page(f"wildcard: {pattern}", found, filter=pattern)
        yield page(f"wildcard: {pattern}, last", found, filter=pattern, page=max((found - 1) // PAGE_SIZE + 1, 1))
    yield page("state: active", state="active")
    yield page("state: failing", 0, state="failing")
    yield page("robots by path: bench/", datasets.ROBOTS, ROBOTS, filter="bench/", sort="path")


def every_page(person, clients, query):
    """What *Select all that match* and *Export as CSV* read; answers seconds, rows and bytes."""
    began, rows, size = time.monotonic(), 0, 0
    while rows < clients:
        answer = person.request("GET", CLIENTS, query=query | {"page": rows // WHOLE + 1, "page_size": WHOLE})
        rows, size = rows + len(answer.json["items"]), size + len(answer.body)
        if answer.status != 200 or not answer.json["items"]:
            raise SystemExit(f"every page: {answer!r}")
    return time.monotonic() - began, rows, size


def plain_sqlite(file, repeat):
    """The median of milliseconds for the first page's rows and its total, without a server around them."""
    database = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    times = []
    for _ in range(repeat):
        began = time.monotonic()
        rows = database.execute(
            "SELECT c.*, p.name, t.name FROM oauth_clients c JOIN projects p ON p.id = c.project_id "
            "JOIN target_systems t ON t.id = c.target_system_id WHERE c.deleted_at IS NULL "
            "ORDER BY c.label_key, c.id LIMIT ?", (PAGE_SIZE,)).fetchall()
        database.execute("SELECT COUNT(*) FROM oauth_clients WHERE deleted_at IS NULL").fetchall()
        times.append((time.monotonic() - began) * 1000)
        if len(rows) != PAGE_SIZE:
            raise SystemExit(f"SQLite gave {len(rows)} rows")
    database.close()
    return statistics.median(times)


def sign_in(world, server):
    """The administrator's session; the password of a data set that is used again is not known."""
    import harness
    import session
    made = world.run("user", "reset-password", "--data", server.data)
    if made.returncode != 0:
        raise SystemExit(f"user reset-password: {made.stderr}")
    person = session.Session(server, "admin", made.stdout.strip())
    person.change_password()
    person.http = harness.Client(server.origin, server.ca_file)  # that of the tests checks every answer, which takes time
    return person


def report(smallest, questions, wholes, sqlite_ms):
    unit = smallest.median
    print(f"{'':<34} {'total':>7} {'first ms':>9} {'median':>9} {'worst':>9} {'session':>8}")
    for question in (smallest, *questions):
        print(question.line(unit))
    for name, (seconds, rows, size) in wholes.items():
        print(f"{name:<34} {rows:>7} {seconds * 1000:9.0f} ms in all, {size / 1e6:.1f} MB")
    print(f"{'SQLite: first page and total':<34} {'':>7} {'':>9} {sqlite_ms:9.2f} {'':>9} {sqlite_ms / unit:8.1f}")
    slowest = max(questions, key=lambda one: one.median)
    print(f"slowest page: {slowest.name}")
    print(f"console_ms {slowest.median:.2f} console_vs_session {slowest.median / unit:.1f}")


def main():
    wanted = options()
    datasets.PLACE.mkdir(parents=True, exist_ok=True)
    os.environ["TMPDIR"] = str(datasets.PLACE)  # a real disk; /tmp may be memory
    import harness
    data = datasets.DataSet(wanted.clients).fill()
    smallest, questions = Question("session", SESSION, None, None), list(pages(wanted.clients))
    with harness.World() as world:
        data.warm()
        server = harness.Strongroom(world, data=data.data).start()
        person = sign_in(world, server)
        for _ in range(wanted.repeat + 1):
            for question in (smallest, *questions):
                question.ask(person)
        wholes = {"select all that match, export": every_page(person, wanted.clients, {"sort": "label"}),
                  "the same, sorted by -updated_at": every_page(person, wanted.clients, {"sort": "-updated_at"})}
        sqlite_ms = plain_sqlite(data.data / "state.db", wanted.repeat)
        report(smallest, questions, wholes, sqlite_ms)


if __name__ == "__main__":
    sys.exit(main())
