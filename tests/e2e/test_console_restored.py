"""A backup made in the console brings a server back on another machine, and an administrator decides there what still holds.

What is clicked is in console/tests/backups.mjs and console/tests/restored.mjs.
"""
import shutil
import unittest

import browser
import harness
import plain_browser
import session
from vault import API, Vault

ROBOT, CLIENT, PERSON = "Invoice reader", "nightly client", "mallory"


def setUpModule():
    global made, seen, robot, client, provider
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    provider = world.sign_in_provider()
    provider.client.post("/_test/token_ttl", {"seconds": 600})
    identity, recipients, kept = (world.directory / name for name in ("identity", "recipients", "kept"))
    recipients.write_text(run(world, "backup", "keygen", "--identity-file", identity))
    kept.mkdir(mode=0o700)
    server = harness.Strongroom(world, env={"STRONGROOM_BACKUP__DIRECTORY": str(kept),
                                            "STRONGROOM_BACKUP__RECIPIENTS_FILE": str(recipients)}).start()
    administrator = session.first_administrator(server)
    vault = Vault(server)
    client, robot = filled(vault, server, world)
    file = world.directory / "fetched.backup"
    made = list(browser.Script(world, "backups", server, user=administrator.user, password=administrator.password,
                               file=str(file)).lines())
    server.stop()
    there = world.directory / "there"
    there.mkdir(mode=0o700)
    shutil.copy(server.data / "root.key", there)
    run(world, "backup", "restore", file, "--data", there, "--identity-file", identity)
    restored = harness.Strongroom(world, data=there, name="there").start()
    password = run(world, "user", "reset-password", "--data", there).strip()
    again = session.Session(restored, administrator.user, password)
    again.change_password()
    robot.http = restored.client(robot.key)
    seen = list(browser.Script(world, "restored", restored, user=again.user, password=again.password, client=client["id"],
                               client_name=CLIENT, account=client["account"]["name"], robot_name=ROBOT, person=PERSON).lines())


def run(world, *words):
    done = world.run(*words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def filled(vault, server, world):
    """A client that somebody signed in for, a robot that reads it, and a user."""
    system = vault.sign_in_system(provider, world=world, name="People API")
    made_client = vault.client(system, label=CLIENT)
    link = vault.authorize(made_client)
    plain_browser.Browser(server.ca_file, world.pki / "ca.pem").sign_in(link["url"], "ann")
    if vault.authorization(link)["state"] == "confirmation_needed":
        vault.expect(200, vault.confirm(link))
    reader = vault.robot(ROBOT)
    vault.grant(made_client, reader)
    vault.expect(200, reader.look_up(made_client))
    vault.expect(201, vault.http.post(f"{API}/users", {"name": PERSON}))
    return vault.get("oauth-clients", made_client["id"]) | {"question": made_client["question"]}, reader


class ConsoleRestored(unittest.TestCase):
    def test_every_story_of_a_backup_holds(self):
        wrong = browser.failures(made)
        self.assertFalse(wrong, "\n".join([f"{len(wrong)} checks failed:", *wrong]))
        self.assertEqual(made[-1].get("measure"), "backups")

    def test_every_story_after_the_restore_holds(self):
        wrong = browser.failures(seen)
        self.assertFalse(wrong, "\n".join([f"{len(wrong)} checks failed:", *wrong]))
        self.assertEqual(seen[-1].get("measure"), "restored")

    def test_the_robot_reads_again_and_no_family_was_burnt(self):
        self.assertEqual(robot.look_up(client).status, 200)
        self.assertEqual(provider.client.get("/_test/counts").json["families_burnt"], 0)


if __name__ == "__main__":
    unittest.main()
