#!/usr/bin/env python3
"""./dev chaos faults: whatever fails, a token that lives is handed out, and nothing is lost.

One fault after the other: of the disk, the database, the journal, the clock, the resolver, the provider. During each of them a robot
asks for a token that lives, without a pause, and gets it: but where the audit cannot be written, then it is told so, and no token
leaves. After each of them the client that was to be refreshed meanwhile is refreshed, with the provider's newest refresh token.
The last line is:

    faults F survived F

    --short    a connection that is dropped at a few of the bytes of an answer, and not at each
"""
import argparse
import concurrent.futures
import contextlib
import http.client
import pathlib
import sqlite3
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import bed  # noqa: E402
import harness  # noqa: E402
import journal_file  # noqa: E402
import verdict  # noqa: E402
from bad_provider import BadProvider  # noqa: E402
from vault import LOOKUP, LOOPBACK  # noqa: E402

DAY_MS = 86_400_000
WINDOW_SECONDS = 3600
FAULTS = []


def fault(function):
    """One of those that are tried, in this order; its first line says what."""
    FAULTS.append(function)
    return function


class NotSurvived(Exception):
    """What should not have happened."""


class Watch(threading.Thread):
    """A robot that asks for a token that lives, again and again; what it was answered."""

    def __init__(self, server, robot, client):
        super().__init__(daemon=True)
        self.http = server.client(robot.key)
        self.question = client.question
        self.answers = []  # (status, type of the problem)
        self._over = threading.Event()

    def run(self):
        while not self._over.is_set():
            try:
                answer = self.http.get(LOOKUP, query=self.question)
            except (OSError, http.client.HTTPException) as problem:
                self.answers.append((0, repr(problem)))
                return
            self.answers.append((answer.status, None if answer.status == 200 else answer.json["type"]))
            self._over.wait(0.005)

    def latest(self):
        """The status of the last answer; None: there is none yet."""
        return self.answers[-1][0] if self.answers else None

    def end(self):
        self._over.set()
        self.join()
        self.http.close()


class Bed:
    def __init__(self, world, is_short):
        self.world = world
        self.is_short = is_short
        switches = {"reuse_window_s": WINDOW_SECONDS, "expires_in_s": 3600}
        self.calm = BadProvider(world, "calm", **switches)
        self.bad = BadProvider(world, "bad", host="localhost", **switches)
        self.server, self.vault, self.fleet = bed.begin(world, 0, lenient=WINDOW_SECONDS)
        self.machine = self.server.machine
        reachable = {"allowed_addresses": [LOOPBACK, "::1/128"]}
        self.living, self.other = self.fleet.add(self.calm, "lenient", 2)
        self.due, = self.fleet.add(self.bad, "lenient", 1, **reachable)
        self.robot = self.vault.robot(path=bed.ROBOT_PATH)
        for client in self.fleet.clients:
            self.vault.expect(200, self.vault.retrieve(client.members))

    def refresh(self, client=None):
        """What somebody is answered who has it refreshed now."""
        return self.vault.retrieve((client or self.due).members).status

    def refreshing(self, client=None):
        """The same, on a connection and a thread of its own."""
        pool = concurrent.futures.ThreadPoolExecutor(1)
        http_client = self.server.client(self.vault.key)
        path = f"{bed.API}/oauth-clients/{(client or self.due).id}/retrieve-tokens"
        return pool.submit(lambda: http_client.post(path).status)

    def reconnect(self):
        self.vault.reconnect()
        self.robot.http = self.server.client(self.robot.key)

    def uses(self):
        return sum(event["what"] == "used" for event in self.bad.truth())

    @contextlib.contextmanager
    def watched(self, audit_fails=False):
        """The token that lives is asked for meanwhile."""
        watch = Watch(self.server, self.robot, self.living)
        watch.start()
        try:
            yield watch
            seen = len(watch.answers)
            harness.wait_until(lambda: len(watch.answers) > seen + 3 or not watch.is_alive(), "a look-up")
        finally:
            watch.end()
        fine = {(200, None)} | ({(503, "/problems/audit_unavailable")} if audit_fails else set())
        wrong = set(watch.answers) - fine
        if wrong:
            raise NotSurvived(f"a token that lives was asked for, and the answer was {sorted(map(str, wrong))}")

    def recover(self):
        """All is well again: tokens are handed out, and the vault holds the provider's newest refresh token."""
        self.machine.heal()
        self.bad.switch(fault="none", fault_times=-1, latency_ms=0, padding_bytes=0, content_type="application/json",
                        expires="seconds", scopes="as_asked", clock_offset_s=0, retry_after_s=0)
        for client in (self.living, self.due):
            harness.wait_until(lambda who=client: self.robot.http.get(LOOKUP, query=who.question).status == 200,
                               "a look-up to work again")
            harness.wait_until(lambda who=client: self.refresh(who) == 200, "a refresh to work again", pause=0.1)
        self.vault.expect(200, self.vault.retrieve(self.due.members))
        if not verdict.held_newest(self.bad.truth())[self.due.family]:
            raise NotSurvived("it was refreshed by another refresh token than the newest")

    def refresh_fails(self, why):
        """Refreshes until one fails, as it must soon."""
        harness.wait_until(lambda: self.refresh() != 200, why, pause=0.05)


@fault
def state_disk_full(it):
    """the disk of the state is full"""
    with it.watched():
        it.machine.set(state=bed.FULL, journal=bed.FULL)
        it.refresh_fails("the full disk to be noticed")


@fault
def disk_full(it):
    """the whole disk is full, the audit's as well"""
    with it.watched(audit_fails=True) as watch:
        it.machine.set(state=bed.FULL, journal=bed.FULL, audit=bed.FULL)
        harness.wait_until(lambda: watch.latest() == 503, "the full disk to be noticed")


@fault
def state_disk_read_only(it):
    """the disk of the state is read-only"""
    with it.watched():
        it.machine.set(state=bed.READ_ONLY, journal=bed.READ_ONLY)
        it.refresh_fails("the disk to refuse")


@fault
def journal_alone(it):
    """the journal alone cannot be written: nothing is sent"""
    with it.watched():
        it.machine.set(journal=bed.READ_ONLY)
        before = it.uses()
        it.refresh_fails("the journal to refuse")
        if it.uses() != before:
            raise NotSurvived("a refresh token was used though its answer could not have been kept")


@fault
def nothing_is_durable(it):
    """nothing can be made durable on the disk of the state"""
    with it.watched():
        it.machine.set(state=bed.NO_SYNC, journal=bed.NO_SYNC)
        it.refresh_fails("the disk to refuse")


@fault
def disk_breaks_while_the_provider_answers(it):
    """the disk of the state breaks while the provider answers"""
    with it.watched():
        it.bad.switch(latency_ms=500)
        before = it.uses()
        asked = it.refreshing()
        harness.wait_until(lambda: has_intent(it), "the refresh to be under way")
        it.machine.set(state=bed.READ_ONLY)
        asked.result(60)
        if it.uses() != before + 1:
            raise NotSurvived("the provider was not asked, or twice")


def has_intent(it):
    return it.due.id in journal_file.read(it.server.journal)


@fault
def database_locked(it):
    """another program locks the database"""
    with it.watched():
        lock = sqlite3.connect(it.server.data / "state.db", timeout=60, isolation_level=None)
        try:
            lock.execute("BEGIN IMMEDIATE")
            it.refresh_fails("the locked database to be noticed")
        finally:
            lock.close()


@fault
def torn_journal(it):
    """the tail of what the journal has is torn by a power cut"""
    it.bad.switch(fault="hang_after", fault_times=1)
    asked = it.refreshing()
    harness.wait_until(lambda: has_intent(it), "the refresh to be under way")
    harness.wait_until(lambda: it.bad.switches()["fault_times"] == 0, "the provider to have processed it")
    it.server.die()
    asked.exception(60)
    content = bytearray(it.server.journal.read_bytes())
    slot = len(content) // journal_file.SLOTS
    for place in range(0, len(content), slot):  # the beginning of an answer, without its end
        content[place + journal_file.INTENT_BYTES:place + journal_file.INTENT_BYTES + 12] = b"SRj1 answer\n"
    it.server.journal.write_bytes(content[:-slot // 2])
    it.server.start()
    it.reconnect()
    with it.watched():
        pass


@fault
def clock_ahead(it):
    """the clock is set forward by a day, and back"""
    with it.watched():
        before = token_of(it)
        it.machine.set(clock_offset_ms=DAY_MS)
        must_differ(before, token_of(it), "a token of yesterday was taken to live")
        harness.wait_until(lambda: it.refresh() == 200, "a refresh", pause=0.1)
        time_passes(it)
        it.machine.set(clock_offset_ms=0)
        time_passes(it)


@fault
def clock_behind(it):
    """the clock is set back by a day, and forward"""
    with it.watched():
        it.machine.set(clock_offset_ms=-DAY_MS)
        harness.wait_until(lambda: it.refresh() == 200, "a refresh", pause=0.1)
        time_passes(it)
        before = token_of(it)
        it.machine.set(clock_offset_ms=0)
        must_differ(before, token_of(it), "a token that was retrieved a day ago was taken to live")
        time_passes(it)


def token_of(it):
    answer = it.robot.http.get(LOOKUP, query=it.due.question)
    return answer.json.get("access_token") or str(answer.status)


def must_differ(before, after, why):
    if before == after:
        raise NotSurvived(why)


def time_passes(it):
    """As many look-ups as show what the clock did."""
    for client in (it.living, it.due) * 5:
        answer = it.robot.http.get(LOOKUP, query=client.question)
        if answer.status != 200:
            raise NotSurvived(f"after the clock was set: {answer!r}")


def hangs(it, which):
    with it.watched():
        it.bad.switch(fault=which, fault_times=1)
        asked = it.refreshing()
        harness.wait_until(lambda: it.bad.switches()["fault_times"] == 0, "the provider to be asked")
        if it.refresh(it.other) != 200:
            raise NotSurvived("another provider's client was not refreshed")
        if it.robot.http.get(LOOKUP, query=it.due.question).status != 200:
            raise NotSurvived("the token that lives was not served while its refresh hung")
        if asked.result(60) == 200:
            raise NotSurvived("it did not hang")


@fault
def provider_hangs(it):
    """the provider hangs before it has processed the request"""
    hangs(it, "hang_before")


@fault
def provider_hangs_late(it):
    """the provider hangs after it has processed the request"""
    hangs(it, "hang_after")


@fault
def names_do_not_resolve(it):
    """no name can be resolved"""
    with it.watched():
        it.machine.set(dns_fails=1)
        it.refresh_fails("the name not to be found")
        if it.robot.http.get(LOOKUP, query=it.due.question).status != 200:
            raise NotSurvived("the token that lives was not served")


@fault
def audit_not_writable(it):
    """the audit cannot be written: no token leaves"""
    with it.watched(audit_fails=True) as watch:
        it.machine.set(audit=bed.READ_ONLY)
        harness.wait_until(lambda: watch.latest() == 503, "the audit to be missed")
        since = len(watch.answers)
        harness.wait_until(lambda: len(watch.answers) > since + 20, "more look-ups")
        if any(status == 200 for status, _ in watch.answers[since:]):
            raise NotSurvived("a token left, and nobody wrote it down")


@fault
def dropped_connections(it):
    """the provider's connection is dropped at each byte of its answer"""
    with it.watched():
        token = it.bad.mint("robots")[0]["refresh_token"]
        whole = len(it.bad.ask(grant_type="refresh_token", refresh_token=token))
        for place in range(0, whole, whole // 12 if it.is_short else 1):
            it.bad.switch(fault="drop", drop_at_byte=place, fault_times=1)
            it.refresh()
            if it.refresh() != 200:
                raise NotSurvived(f"after {place} bytes of an answer nothing could be refreshed any more")


def answers(it, fails, faulty):
    with it.watched():
        it.bad.switch(**faulty)
        status = it.refresh()
        if fails != (status != 200):
            raise NotSurvived(f"the refresh was answered {status}")
        time_passes(it)


def add_answer(what, fails=True, **faulty):
    def behave(it):
        answers(it, fails, faulty)
    behave.__doc__ = what
    fault(behave)


add_answer("500 before the request was processed", fault="status_before", fault_status=500)
add_answer("500 after the request was processed", fault="status_after", fault_status=500)
add_answer("504 after the request was processed", fault="status_after", fault_status=504)
add_answer("429 with Retry-After", fault="status_before", fault_status=429, retry_after_s=2, error="slow_down")
add_answer("an error with status 200", fault="error_with_200", error="temporarily_unavailable")
add_answer("an answer that is too long", padding_bytes=4 << 20)
add_answer("an answer of another content type", content_type="text/html")
add_answer("no expires_in", fails=False, expires="missing")
add_answer("expires_in as a text", fails=False, expires="string")
add_answer("expires_in in milliseconds", fails=False, expires="milliseconds")
add_answer("expires_in as a moment since 1970", fails=False, expires="absolute")
add_answer("expires_in in words", fails=False, expires="words")
add_answer("fewer scopes than before", fails=False, scopes="narrower")
add_answer("a provider whose clock is two hours ahead", fails=False, clock_offset_s=7200)


def survived(it, function):
    try:
        start = time.monotonic()
        function(it)
        it.recover()
        print(f"survived  {function.__doc__} ({time.monotonic() - start:.1f} s)", flush=True)
        return True
    except (NotSurvived, harness.HarnessError, AssertionError) as why:
        print(f"FAILED    {function.__doc__}: {why}", flush=True)
        it.machine.heal()
        return False


def main():
    parser = argparse.ArgumentParser(prog="./dev chaos faults", description=__doc__.split("\n")[0])
    parser.add_argument("--short", action="store_true")
    parser.add_argument("only", nargs="?", default="", help="part of a fault's name")
    wanted = parser.parse_args()
    chosen = [one for one in FAULTS if wanted.only in one.__doc__]
    with harness.World() as world:
        it = Bed(world, wanted.short)
        count = sum(survived(it, one) for one in chosen)
        checked = world.run("audit", "verify", "--data", it.server.data)
    print(f"faults {len(chosen)} survived {count}")
    if checked.returncode != 0:
        raise SystemExit(f"the audit chain does not verify: {checked.stderr}")
    raise SystemExit(count != len(chosen))


if __name__ == "__main__":
    main()
