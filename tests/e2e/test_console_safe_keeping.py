"""Keys, backups, and what a restore left, in every state that there is, driven in a real browser.

The way through it is console/tests/safe_keeping.mjs, which gives the answers of the server itself where a state cannot be
brought about when it is wanted.
"""
import unittest

import browser
import harness
import plain_browser
import session
from vault import Vault

ROBOT, CLIENT = "Invoice reader", "nightly client"


def setUpModule():
    global lines
    lines = []
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    people = world.sign_in_provider()
    server = harness.Strongroom(world).start()
    administrator = session.first_administrator(server)
    vault = Vault(server)
    system = vault.sign_in_system(people, world=world, name="People API")
    client = vault.client(system, label=CLIENT)
    made = vault.authorize(client)
    plain_browser.Browser(server.ca_file, world.pki / "ca.pem").sign_in(made["url"], "ann")
    if vault.authorization(made)["state"] == "confirmation_needed":
        vault.expect(200, vault.confirm(made))
    vault.grant(client, vault.robot(ROBOT))
    account = vault.get("oauth-clients", client["id"])["account"]["name"]
    script = browser.Script(
        world, "safe_keeping", server, user=administrator.user, password=administrator.password, client=client["id"],
        client_name=CLIENT, robot_name=ROBOT, account=account, project_name=vault.project["name"])
    for line in script.lines(patience=120):
        if line.get("please") == "export":
            export_recovery(world, server)
        else:
            lines.append(line)


def export_recovery(world, server):
    recipient = world.run("backup", "keygen", "--identity-file", world.directory / "recovery.identity").stdout.strip()
    done = world.run("key", "export-recovery", "--data", server.data, "--recipient", recipient,
                     world.directory / "strongroom.recovery")
    assert done.returncode == 0, done.stderr


class ConsoleSafeKeeping(unittest.TestCase):
    def test_every_story_holds(self):
        wrong = browser.failures(lines)
        self.assertFalse(wrong, "\n".join([f"{len(wrong)} checks failed:", *wrong]))

    def test_there_was_something_to_see(self):
        self.assertEqual(lines[-1].get("measure"), "safe keeping")
        self.assertGreater(len(lines), 60)


if __name__ == "__main__":
    unittest.main()
