#!/usr/bin/env python3
"""./dev chaos kill: no refresh token is lost, whenever the server is killed.

Two providers that rotate refresh tokens: one takes a token that was replaced for another hour, one never does and
ends everything when it sees one. Clients are refreshed all the time; the server is killed with SIGKILL at each system
call of a refresh in turn, and at random moments; two times in three the machine loses its power with it: what was
not synced is dropped, torn, or on the disk in another order. After each kill it starts again and goes on. In the end
the providers' truth is compared with what the vault holds. The last line is:

    lost_by_us 0 lost_in_flight N in_doubt_resolved M kills K refreshes R

    --kills K      how many (default 1000)
    --minutes M    stops killing after that, with a verdict on what there was (default: when it is through)
    --clients N    how many, half of them at each provider (default 200)
    --seed S       for the random moments
    --sabotage     the journal's disk lies about what is durable: tokens are lost, and must be found to be
"""
import argparse
import http.client
import os
import pathlib
import random
import resource
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import bed  # noqa: E402
import harness  # noqa: E402
import journal_file  # noqa: E402
import system_calls  # noqa: E402
import verdict  # noqa: E402
from bad_provider import BadProvider  # noqa: E402
from vault import API  # noqa: E402

TOKEN_SECONDS = 3
MIN_TTL = 2
WINDOW_SECONDS = 3600  # longer than anybody waits here, however busy the machine is
LEAKS = (0, 1, 100)  # of 255; 0: the power stays on
CALLS_SHARE = 0.4    # of the kills, at most, are at a system call
PATIENCE_CALLS = 4   # refreshes in which the system call must come


class Run:
    def __init__(self, world, wanted):
        self.world = world
        self.wanted = wanted
        self.chance = random.Random(wanted.seed)
        # With the sabotage, many are to be under way at each kill.
        switches = {"rotation": True, "expires_in_s": TOKEN_SECONDS, "delay_after_ms": 200 if wanted.sabotage else 0}
        self.lenient = BadProvider(world, "lenient", reuse_window_s=WINDOW_SECONDS, **switches)
        self.strict = BadProvider(world, "strict", reuse_window_s=0, family_revocation=True, **switches)
        self.server, self.vault, self.fleet = bed.begin(world, MIN_TTL, lenient=WINDOW_SECONDS, strict=0)
        self.fleet.add(self.lenient, "lenient", wanted.clients - wanted.clients // 2)
        self.fleet.add(self.strict, "strict", wanted.clients // 2)
        self.fleet.start()
        self.ends_at = time.monotonic() + 60 * wanted.minutes
        self.kills = []
        self.losses = []
        self.moment = threading.Event()  # is never set
        self.seconds = 0      # in which clients were refreshed and the server was to be killed at random
        self.strict_uses = 0  # refreshes in that time, at the provider that takes each token once

    def restart(self):
        """After the server died, however it did."""
        if self.wanted.sabotage:
            self.server.machine.set(leak=1, journal_lies=1)
        else:
            self.server.machine.set(leak=self.chance.choice(LEAKS))
        self.server.start()
        self.vault.reconnect()

    def note_kill(self, how):
        self.kills.append(verdict.Kill(len(self.kills) + 1, time.time() * 1000, how,
                                       journal_file.read(self.server.journal)))
        if len(self.kills) % 50 == 0:
            print(f"{len(self.kills)} kills, {len(self.losses)} clients lost their tokens so far", flush=True)

    def kill(self, how):
        self.server.die()
        self.note_kill(how)
        self.restart()

    def bring_back(self):
        """Whoever lost its token is signed in again, so that it goes on being refreshed."""
        for client in self.fleet.take_ended():
            if self.vault.get("oauth-clients", client.id)["state"] != "needs_sign_in":
                continue  # somebody asked before it was signed in again
            self.losses.append(verdict.Loss(client, client.family, client.provider))
            self.fleet.sign_in(client)

    def refresh(self, client, http_client):
        """One refresh that somebody waits for; False: the server is gone."""
        try:
            answer = http_client.post(f"{API}/oauth-clients/{client.id}/retrieve-tokens")
        except (OSError, http.client.HTTPException):
            return False
        if answer.status == 424:
            self.fleet.ended.add(client)
        return True

    def at_each_system_call(self):
        calls, why_not = system_calls.recorded(
            self.server, self.world.directory / "recorded.trace",
            lambda: [self.refresh(client, self.vault.http) for client in self.fleet.clients[:2]])
        if calls is None:
            print(f"CHAOS: THIS MACHINE LETS NOBODY TRACE ({why_not}): no kill at system calls, all of them at random "
                  "moments", flush=True)
            return
        moments = [(name, number) for name, most in calls for number in range(1, most // 2 + 2)]
        print(f"a refresh has {len(moments)} places to be killed at, in {len(calls)} system calls", flush=True)
        most = int(self.wanted.kills * CALLS_SHARE)
        rounds = [moments] * (most // len(moments)) or [sorted(self.chance.sample(moments, most))]
        reached = []
        for name, number in [moment for one in rounds for moment in one]:
            if not self.is_enough():
                reached.append(self.at_system_call(name, number))
        print(f"{sum(reached)} of {len(reached)} kills were at such a place; the others' threads did not come there again", flush=True)

    def is_enough(self):
        return len(self.kills) >= self.wanted.kills or time.monotonic() > self.ends_at

    def at_system_call(self, name, number):
        """Whether it came to that call."""
        tracer = system_calls.kill_at(self.server, self.world.directory / "kill.trace", name, number)
        http_client = self.server.client(self.vault.key)
        reached = not all(self.refresh(client, http_client)
                          for client in self.chance.sample(self.fleet.clients, PATIENCE_CALLS))
        http_client.close()
        self.server.die()  # where the call did not come, or the signal is still on its way
        tracer.detach()
        self.note_kill(f"{name} {number}" if reached else f"{name} {number}, not reached")
        self.restart()
        self.bring_back()
        return reached

    def at_random_moments(self):
        self.strict_uses = self.uses_at(self.strict)
        while not self.is_enough():
            before = self.fleet.served
            self.fleet.go()
            start = time.monotonic()
            harness.wait_until(lambda: self.fleet.served > before, "look-ups to be answered", pause=0.002)
            self.moment.wait(self.chance.uniform(0, 0.4))  # the moment itself is what is tried
            self.seconds += time.monotonic() - start
            self.kill("at random")
            if len(self.kills) % 5 == 0:
                self.fleet.rest()
                self.bring_back()
        self.strict_uses = self.uses_at(self.strict) - self.strict_uses

    @staticmethod
    def uses_at(provider):
        return sum(event["what"] == "used" for event in provider.truth())

    def window_ms(self, losses):
        """How long, at each refresh, a kill loses a token that the provider gives once: as many of the kills at random did it as
        fall into that time."""
        at_random = sum("at random" in line for line in losses)
        kills = sum(kill.how == "at random" for kill in self.kills)
        return 1000 * at_random / kills / (self.strict_uses / self.seconds) if self.strict_uses else 0

    def settle(self):
        """Each client is refreshed once more, and by its newest token once again: what the vault holds is what counts."""
        self.fleet.rest()
        for client in self.fleet.clients:
            harness.wait_until(lambda: self.is_decided(client), f"client {client.id} to be decided", pause=0.2)
        self.bring_back()
        for client in self.fleet.clients:
            self.vault.expect(200, self.vault.retrieve(client.members))
        held = {one: verdict.held_newest(one.truth()) for one in (self.lenient, self.strict)}
        return [client for client in self.fleet.clients if not held[client.provider][client.family]]

    def is_decided(self, client):
        answer = self.vault.retrieve(client.members)
        if answer.status == 424:
            self.fleet.ended.add(client)
        return answer.status in (200, 424)

    def verdict(self):
        unlike = self.settle()
        self.fleet.stop()
        truths = {one: one.truth() for one in (self.lenient, self.strict)}
        excusable = [loss for loss in self.losses if loss.provider is self.strict]
        result = verdict.report(excusable, truths, self.kills)
        result.lost_by_us += [f"client {client.id} holds another token than the provider's newest" for client in unlike]
        result.lost_by_us += [f"client {loss.client.id} lost its token within the provider's window: "
                              f"{verdict.last_events(truths[loss.provider], loss.family)}" for loss in self.losses if loss.provider is self.lenient]
        result.lost_by_us += [f"an answer that nothing explains: {one}" for one in self.fleet.surprises[:20]]
        in_window = sum(loss.provider is self.lenient for loss in self.losses)
        print(f"{in_window} of {self.wanted.clients - self.wanted.clients // 2} clients lost a token where a replaced one goes on "
              f"working; where none does, a kill does it within about {self.window_ms(result.lost_in_flight):.0f} ms of each "
              "refresh, from the provider's commit to ours, on this machine as busy as it was", flush=True)
        return result, sum(self.uses_at(one) for one in truths)


def main():
    parser = argparse.ArgumentParser(prog="./dev chaos kill", description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "big"))
    parser.add_argument("--sabotage", action="store_true")
    wanted = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    print(f"seed {wanted.seed}", flush=True)
    with harness.World() as world:
        run = Run(world, wanted)
        run.at_each_system_call()
        run.at_random_moments()
        result, refreshes = run.verdict()
        checked = world.run("audit", "verify", "--data", run.server.data)
        for line in result.lost_by_us:
            print("LOST BY US:", line)
        for line in result.lost_in_flight:
            print("lost in flight:", line)
    print(f"lost_by_us {len(result.lost_by_us)} lost_in_flight {len(result.lost_in_flight)} "
          f"in_doubt_resolved {result.in_doubt_resolved} kills {len(run.kills)} refreshes {refreshes}")
    if checked.returncode != 0:
        raise SystemExit(f"the audit chain does not verify: {checked.stderr}")
    raise SystemExit(bool(result.lost_by_us))


if __name__ == "__main__":
    main()
