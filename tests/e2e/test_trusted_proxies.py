"""A reverse proxy in front: whom it says that a request is from, and whom nobody believes."""
import unittest

import harness
from person import Person
from vault import Vault

QUICK = True
WRONG_KEY = "srk_user_" + "0" * 49
GUESSER, COLLEAGUE, STRANGER = "127.0.0.2", "127.0.0.3", "127.0.0.4"
PASS = """location / {
    proxy_pass %s; proxy_ssl_verify off; proxy_set_header Host $http_host; proxy_http_version 1.1; %s
}"""
APPEND = "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"
STANDARD = 'proxy_set_header Forwarded "$http_forwarded, for=$remote_addr;proto=https";'


def setUpModule():
    global world, server, nginx, administrator
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    server = harness.Strongroom(world, env={
        "STRONGROOM_SERVER__TRUSTED_PROXIES": "127.0.0.1, 2001:db8::/64"}).start()
    nginx = world.nginx(PASS % (server.origin, APPEND))
    administrator = Vault(server)


def statuses(client, count, headers=None):
    return [client.get("/api/v1/whoami", headers=headers or {}).status for _ in range(count)]


def peers_of(*projects):
    """From where each of these projects was made, as the audit trail has it."""
    events = administrator.audit_events(action="project.created", page_size=200)["items"]
    by_subject = {one["event"].get("subject_id"): one["event"].get("peer") for one in events}
    return [by_subject[project["id"]] for project in projects]


def made_from(client, headers=None):
    return administrator.expect(201, client.post(
        "/api/v1/projects", {"name": administrator.name("made")}, headers=headers or {}))


class BehindAProxy(unittest.TestCase):
    def test_who_guesses_keys_does_not_lock_out_who_sits_behind_the_same_proxy(self):
        #
        guesser = nginx.client(WRONG_KEY, source=GUESSER)
        self.assertIn(429, statuses(guesser, 40))
        # Another one each time is what an attacker would say; the proxy's own word comes last.
        lies = [statuses(guesser, 1, {"X-Forwarded-For": f"203.0.113.{n}"})[0] for n in range(25)]
        self.assertIn(429, lies)
        self.assertEqual(set(statuses(nginx.client(WRONG_KEY, source=COLLEAGUE), 10)), {401})

    def test_who_guesses_passwords_does_not_lock_out_who_sits_behind_the_same_proxy(self):
        #
        def attempts(address, count):
            person = Person(server)
            person.http = nginx.client(source=address)
            return [person.sign_in(f"nobody {address} {n}", "wrong password").status for n in range(count)]
        self.assertIn(429, attempts("127.0.0.12", 30))
        self.assertEqual(set(attempts("127.0.0.13", 10)), {401})

    def test_the_audit_trail_has_whom_the_proxy_had_the_request_from(self):
        #
        key = administrator.key
        behind = made_from(nginx.client(key, source=COLLEAGUE))
        lied = made_from(nginx.client(key, source=COLLEAGUE), {"X-Forwarded-For": "203.0.113.7, 10.1.1.1"})
        both = made_from(nginx.client(key, source=COLLEAGUE), {"Forwarded": "for=203.0.113.7"})
        long = made_from(nginx.client(key, source=COLLEAGUE), {"X-Forwarded-For": "203.0.113.7," * 600})
        direct = made_from(server.client(key, source=STRANGER), {"X-Forwarded-For": "203.0.113.7",
                                                                "Forwarded": "for=203.0.113.7"})
        self.assertEqual(peers_of(behind, lied, both, long, direct),
                         [COLLEAGUE, COLLEAGUE, "127.0.0.1", COLLEAGUE, STRANGER])

    def test_a_proxy_may_say_it_as_the_standard_does(self):
        #
        standard = world.nginx(PASS % (server.origin, STANDARD), name="nginx-standard")
        told = made_from(standard.client(administrator.key, source=COLLEAGUE))
        lied = made_from(standard.client(administrator.key, source=COLLEAGUE), {"Forwarded": "for=203.0.113.7"})
        broken = made_from(standard.client(administrator.key, source=COLLEAGUE), {"Forwarded": 'for=6.6.6.6;x="'})
        self.assertEqual(peers_of(told, lied, broken), [COLLEAGUE, COLLEAGUE, "127.0.0.1"])

    def test_nothing_else_that_a_proxy_says_is_believed(self):
        #
        person = Person.administrator(server)
        person.http = nginx.client(source=COLLEAGUE)
        spoofed = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http", "X-Real-IP": "203.0.113.7",
                   "Host": "evil.example", "X-Forwarded-For": "evil.example"}
        begun = person.get("/session", headers=spoofed)
        self.assertEqual(begun.status, 200, begun)
        self.assertEqual(begun.json["server"]["public_url"], server.origin)
        self.assertNotIn(b"evil.example", begun.body)


class Strangers(unittest.TestCase):
    def test_change_nothing_by_saying_what_a_proxy_would(self):
        #
        stranger = server.client(WRONG_KEY, source=STRANGER)
        answers = [statuses(stranger, 1, {"X-Forwarded-For": f"203.0.113.{n}",
                                          "Forwarded": f"for=203.0.113.{n}"})[0] for n in range(40)]
        self.assertEqual(set(answers[:10]), {401})
        self.assertIn(429, answers)

    def test_are_not_made_proxies_by_mistake(self):
        #
        for wrong in ("0.0.0.0/0", "::/0", "proxy.example", "10.0.0.1:80"):
            said = world.run("config", "check", env={"STRONGROOM_SERVER__TRUSTED_PROXIES": wrong})
            self.assertEqual(said.returncode, 2, said)
            self.assertIn("server.trusted_proxies", said.stderr)
            self.assertIn(wrong, said.stderr)


if __name__ == "__main__":
    unittest.main()
