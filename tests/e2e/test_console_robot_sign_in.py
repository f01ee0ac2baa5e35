"""How robots sign in, set up in a real browser: keys with limits, identities, runners.

What is clicked is in console/tests/robot_sign_in.mjs.
"""
import hashlib
import ssl
import unittest

import browser
import harness
import session
from vault import API, LOOKUP, LOOPBACK, Vault
from workload_issuer import Issuer

SUBJECT = "system:serviceaccount:finance:reader"


def setUpModule():
    global lines, server, vault, client, robot, runner, issuer
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    server = harness.Strongroom(world).start()
    administrator = session.first_administrator(server)
    vault = Vault(server)
    client = vault.client_at(hostile.about["token"] + "good", world=world, name="Invoices API")
    robot = vault.reader_of(client)
    runner = vault.robot("Machine", "machines")
    issuer = Issuer(world, "cluster")
    unittest.addModuleCleanup(issuer.close)
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(world.ca_pem)).hexdigest().upper()
    lines = list(browser.Script(
        world, "robot_sign_in", server, user=administrator.user, password=administrator.password,
        robot=robot.id, label=client["label"], runner=runner.id, issuer=issuer.url, sub=SUBJECT,
        address=LOOPBACK, ca_pem=world.ca_pem, fingerprint=":".join(digest[at:at + 2] for at in range(0, 64, 2))).lines())


class ConsoleRobotSignIn(unittest.TestCase):
    def test_every_story_holds(self):
        wrong = browser.failures(lines)
        self.assertFalse(wrong, "\n".join([f"{len(wrong)} checks failed:", *wrong]))

    def test_the_identity_that_was_entered_lets_the_robot_in(self):
        token = issuer.sign({"aud": server.origin, "sub": SUBJECT})
        http = server.client(token)
        self.addCleanup(http.close)
        self.assertEqual(http.get(LOOKUP, query=client["question"]).status, 200)
        foreign = server.client(issuer.sign({"aud": server.origin, "sub": SUBJECT + "2"}))
        self.addCleanup(foreign.close)
        self.assertEqual(foreign.get(LOOKUP, query=client["question"]).status, 401)

    def test_the_limits_that_were_entered_are_those_that_count(self):
        limits = vault.list(f"robots/{robot.id}/keys")["items"][1]["restrictions"]
        self.assertEqual(limits, {"addresses": ["127.0.0.0/8"], "max_uses": 5, "oauth_clients": [client["id"]],
                                  "times": {"days": ["mon", "fri"], "from": "08:00", "to": "18:00", "zone": "Europe/Berlin"}})

    def test_the_runner_runs_what_was_entered(self):
        shown = vault.http.get(f"{API}/robots/{runner.id}").json
        self.assertEqual((shown["kind"], shown["serves"]), ("runner", ["finance/invoices", "hr"]))

    def test_there_was_something_to_see(self):
        self.assertGreater(len(lines), 15)


if __name__ == "__main__":
    unittest.main()
