"""A provider that hangs, fails, asks for patience or refuses the credentials: what becomes of the others."""
import concurrent.futures
import re
import unittest

import harness
from vault import API, LOOPBACK, Vault

AT_ONCE = 16  # refresh.requests_per_host


def setUpModule():
    global world, server, vault, hostile, elsewhere
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    elsewhere = world.hostile("::1")
    server = harness.Strongroom(world).start()
    vault = Vault(server)


def metric(name):
    return float(re.search(rf"^{name} (\S+)$", server.metrics(), re.M)[1])


def clients_at(endpoint, count, **more):
    """Clients of one target system, and a robot that reads them all."""
    system = vault.target_system(endpoint, "id", "secret", world=world, **more)
    clients = [vault.client(system) for _ in range(count)]
    return system, clients, vault.reader_of(*clients)


def shown(system):
    return vault.get("target-systems", system["id"])


def retrieve(client):
    """As a person who presses Retrieve."""
    return vault.http.post(f"{API}/oauth-clients/{client['id']}/retrieve-tokens")


class Gates(unittest.TestCase):
    def test_a_provider_that_hangs_holds_up_nobody_elses_look_ups(self):
        #
        _, hanging, _ = clients_at(hostile.about["token"] + "hold", 40)
        _, good, _ = clients_at(elsewhere.about["token"] + "good", 60,
                                allowed_addresses=[LOOPBACK, "::1/128"])
        robots = {client["id"]: vault.reader_of(client) for client in hanging + good}

        def ask(client):
            return robots[client["id"]].look_up(client).status

        with concurrent.futures.ThreadPoolExecutor(len(hanging)) as stuck:
            waiting = [stuck.submit(ask, client) for client in hanging]
            harness.wait_until(lambda: hostile.waiting() == AT_ONCE, "as many as the gate lets in")
            harness.wait_until(lambda: metric("strongroom_provider_requests_waiting") ==
                               len(hanging) - AT_ONCE, "the others before it")
            with concurrent.futures.ThreadPoolExecutor(8) as pool:
                self.assertEqual(set(pool.map(ask, good)), {200})
            self.assertEqual(hostile.waiting(), AT_ONCE, "it hung all the time")
            self.assertFalse(any(one.done() for one in waiting))

            def let_go():
                hostile.release()
                return all(one.done() for one in waiting)

            harness.wait_until(let_go, "everybody who waited")
            self.assertEqual({one.result() for one in waiting}, {200})
        self.assertEqual(metric("strongroom_provider_requests_in_flight"), 0)

    def test_a_retry_after_holds_all_clients_of_the_endpoint_back(self):
        # field.md pain 10
        lane = hostile.script("patience", "error-429?Retry_After=4", "good")
        system, (first, second), robot = clients_at(lane, 2)
        for client in (first, second):
            answer = robot.look_up(client)
            self.assertEqual((answer.status, answer.json["type"], answer.json["cause"]),
                             (503, "/problems/provider_unreachable", "rate_limited"))
            self.assertIn(int(answer.headers["Retry-After"]), range(1, 5))
        self.assertEqual(len(hostile.requests("/token/scripted/patience")), 1)
        self.assertEqual(shown(system)["provider_pause"]["cause"], "rate_limited")
        harness.wait_until(lambda: robot.look_up(second).status == 200, "the end of its patience")
        self.assertEqual(len(hostile.requests("/token/scripted/patience")), 2)
        self.assertIsNone(shown(system)["provider_pause"])

    def test_what_one_projects_clients_provoke_holds_no_other_project_up(self):
        # field.md pain 10
        lane = hostile.script("provoked", "error-429?Retry_After=600", "good")
        _, (first, second), robot = clients_at(lane, 2)
        for client in (first, second):
            self.assertEqual(robot.look_up(client).json["cause"], "rate_limited")
        other = Vault(server)
        other.project = other.create("projects", {"name": "Not the provoker"})
        client = other.client(other.target_system(lane, "id", "secret", world=world))
        self.assertEqual(other.reader_of(client).look_up(client).status, 200)
        self.assertEqual(len(hostile.requests("/token/scripted/provoked")), 2)
        self.assertEqual(robot.look_up(second).status, 503, "it goes on having patience")

    def test_whoever_waits_for_a_turn_is_told_so_when_the_server_stops(self):
        own = harness.Strongroom(world, name="stopping", env={"STRONGROOM_REFRESH__REQUESTS_PER_HOST": "1"}).start()
        self.addCleanup(own.stop)
        theirs = Vault(own)
        system = theirs.target_system(hostile.about["token"] + "hold", "id", "secret", world=world)
        clients = [theirs.client(system) for _ in range(2)]
        robots = [theirs.reader_of(client) for client in clients]
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            under_way = pool.submit(robots[0].look_up, clients[0])
            harness.wait_until(lambda: hostile.waiting() == 1, "the one that is let in")
            waits = pool.submit(robots[1].look_up, clients[1])
            harness.wait_until(lambda: "\nstrongroom_provider_requests_waiting 1\n" in own.metrics(), "the other before it")
            stopped = pool.submit(own.stop)
            answer = waits.result(30)
            self.assertEqual((answer.status, answer.json["type"]), (503, "/problems/provider_unreachable"))
            self.assertFalse(under_way.done())
            hostile.release()
            self.assertEqual(under_way.result(30).status, 200, "what is under way ends")
            self.assertEqual(stopped.result(), 0)

    def test_an_endpoint_that_fails_is_asked_for_one_client_at_a_time(self):
        # field.md pain 8
        path = "/token/scripted/failing"
        lane = hostile.script("failing", "error-500")
        system, clients, robot = clients_at(lane, 8)
        for client in clients[:5]:
            self.assertEqual(robot.look_up(client).json["cause"], "provider_unavailable")
        self.assertEqual(metric("strongroom_provider_breaker_open"), 1)
        asked = len(hostile.requests(path))
        answer = robot.look_up(clients[5])
        self.assertEqual((answer.status, answer.json["type"]), (503, "/problems/provider_unreachable"))
        self.assertIn("Retry-After", answer.headers)
        self.assertEqual(len(hostile.requests(path)), asked)
        self.assertEqual(vault.get("oauth-clients", clients[5]["id"])["state"], "needs_retrieval")
        self.assertEqual(shown(system)["provider_pause"]["cause"], "provider_unavailable")

        hostile.script("failing", "good")
        harness.wait_until(lambda: robot.look_up(clients[5]).status == 200, "one that finds out")
        self.assertEqual(metric("strongroom_provider_breaker_open"), 0)
        self.assertEqual(robot.look_up(clients[6]).status, 200)
        self.assertIsNone(shown(system)["provider_pause"])
        said = [line for line in server.log.splitlines()
                if "A token endpoint fails; one client at a time" in line and path in line]
        self.assertEqual(len(said), 1, said)

    def test_a_persons_retrieve_goes_through_to_an_endpoint_that_fails(self):
        lane = hostile.script("mended-by-hand", "error-500")
        _, clients, robot = clients_at(lane, 6)
        for client in clients[:5]:
            self.assertEqual(robot.look_up(client).status, 503)
        hostile.script("mended-by-hand", "good")
        self.assertEqual(retrieve(clients[5]).status, 200)
        self.assertEqual(metric("strongroom_provider_breaker_open"), 0)


class Faults(unittest.TestCase):
    def test_refused_credentials_are_the_target_systems_fault_and_said_once(self):
        # field.md pain 8
        path = "/token/scripted/refused"
        lane = hostile.script("refused", "error-401-client")
        system, (first, second), robot = clients_at(lane, 2)
        for client in (first, second):
            answer = robot.look_up(client)
            self.assertEqual((answer.status, answer.json["cause"]), (424, "invalid_client"))
        self.assertEqual(len(hostile.requests(path)), 1)
        self.assertEqual(vault.get("oauth-clients", second["id"])["state"], "needs_retrieval")
        self.assertEqual(shown(system)["fault"]["cause"], "invalid_client")
        waits = vault.http.get(f"{API}/attention").json["items"]
        self.assertIn(("target_system_at_fault", system["id"]),
                      [(item["kind"], (item["subject"] or {}).get("id")) for item in waits])

        server.restart()
        vault.reconnect()
        robot.http = server.client(robot.key)
        self.assertEqual(shown(system)["fault"]["cause"], "invalid_client")
        for _ in range(2):
            self.assertEqual(robot.look_up(second).status, 424)
        events = vault.audit_events(subject_id=system["id"], action="target_system.at_fault")["items"]
        self.assertEqual(len(events), 1)

        hostile.script("refused", "good")
        self.assertEqual(vault.update("target-systems", system["id"],
                                      {"consumer_secrets": [{"value": "right"}]}).status, 200)
        self.assertIsNone(shown(system)["fault"])
        self.assertEqual(robot.look_up(first).status, 200)
        self.assertEqual(robot.look_up(second).status, 200)


if __name__ == "__main__":
    unittest.main()
