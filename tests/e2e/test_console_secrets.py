"""Secrets in the console, in a real browser; and what a robot gets of what was typed there.

What is clicked is in console/tests/secrets.mjs.
"""
import datetime
import unittest

import browser
import harness
import session
from client_pair import Pair, openssl
from person import Person
from vault import API, Vault

PASSPHRASE = "a password of the file"
VALUES = {"password": "typed-by-a-person-1", "next": "typed-by-a-person-2", "api_key": "typed-as-a-key-3",
          "text": "Host *.example.org\n  User batch-of-4\n"}


def setUpModule():
    global lines, vault, robot
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    server = harness.Strongroom(world).start()
    administrator = session.first_administrator(server)
    vault = Vault(server)
    system = vault.target_system(hostile.about["token"] + "good", "id", "secret", world=world, name="SAP")
    robot = vault.robot("Month end")
    one, other = Pair(world.directory, "signing"), Pair(world.directory, "mutual")
    pkcs12 = world.directory / "mutual.p12"
    openssl("pkcs12", "-export", "-inkey", other.key_file, "-in", other.certificate_file, "-out", pkcs12, "-passout", f"pass:{PASSPHRASE}")
    soon = datetime.date.today() + datetime.timedelta(days=9)
    lines = list(browser.Script(
        world, "secrets", server, user=administrator.user, password=administrator.password, project=vault.project["name"],
        system=system["name"], robot="Month end", robot_id=robot.id, soon=soon.isoformat(), values=VALUES, pkcs12_password=PASSPHRASE,
        viewer=viewer(server), files={"certificate": str(one.certificate_file), "key": str(one.key_file), "pkcs12": str(pkcs12)}).lines())


def viewer(server):
    """Somebody who may look at the project and nothing else."""
    group = vault.create("groups", {"name": "Watchers"})
    vault.create(f"groups/{group['id']}/roles", {"role": "Viewer", "project": vault.project["name"]})
    made = vault.create("users", {"name": "watcher"})
    vault.expect(204, vault.http.request("PUT", f"{API}/groups/{group['id']}/members/{made['id']}"))
    one = Person(server)
    vault.expect(200, one.sign_in("watcher", made["initial_password"]))
    vault.expect(200, one.change_password(made["initial_password"]))
    return {"user": "watcher", "password": Person.PASSWORD}


def look_up(label):
    return robot.http.get(f"{API}/lookup/secrets", query={"project": vault.project["name"], "target_system": "SAP", "label": label})


class ConsoleSecrets(unittest.TestCase):
    def test_every_story_holds(self):
        wrong = browser.failures(lines)
        self.assertFalse(wrong, "\n".join([f"{len(wrong)} checks failed:", *wrong]))

    def test_a_robot_gets_what_was_typed_last(self):
        got = vault.expect(200, look_up("batch user"))
        self.assertEqual((got["user_name"], got["value"], got["next"]), ("BATCH01", VALUES["next"], None))

    def test_what_was_revoked_is_not_there(self):
        self.assertEqual(look_up("settings of ssh").status, 404)

    def test_each_step_was_written_down(self):
        for action, count in (("secret.created", 5), ("secret.value_dropped", 1), ("secret_access.revoked", 1), ("secret.restored", 2)):
            with self.subTest(action=action):
                self.assertEqual(vault.audit_events(action=action)["total"], count)

    def test_there_was_something_to_see(self):
        self.assertGreater(len(lines), 60)


if __name__ == "__main__":
    unittest.main()
