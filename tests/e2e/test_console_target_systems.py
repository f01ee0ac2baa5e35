"""Target systems in the console, in a real browser: added, mended, tested, held, copied; and the start page.

What is clicked is in console/tests/target_systems.mjs.
"""
import datetime
import unittest

import browser
import harness
import session
from client_pair import Pair, openssl
from vault import Vault

PASSWORD = "a password of the file"


def setUpModule():
    global lines
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    machines, people = world.oidc_provider(), world.sign_in_provider()
    server = harness.Strongroom(world, env={"STRONGROOM_CONSOLE__PRACTICE": "true"}).start()
    administrator = session.first_administrator(server)
    prepare(Vault(server), machines, world)
    known = machines.registered("basic")
    lines = list(browser.Script(
        world, "target_systems", server, user=administrator.user, password=administrator.password, ca=world.ca_pem,
        token_endpoint=machines.about["token_endpoint"], consumer_key="basic", consumer_secret=known["client_secret"],
        authorization_endpoint=people.about["authorization_endpoint"], pkcs12_password=PASSWORD,
        files={name: str(path) for name, path in certificate_files(world.directory).items()}).lines())


def prepare(vault, machines, world):
    """One that works, one that nobody answers at, one whose destination moved, one whose secret soon runs out."""
    known = machines.registered("basic")
    token = machines.about["token_endpoint"]
    vault.target_system(token, "basic", known["client_secret"], world=world, name="Works", scopes=["api:read"])
    vault.target_system(token, "basic", "secret", world=world, name="To practise with", tags=["practice"])
    vault.target_system("https://127.0.0.1:1/token", "nobody", "secret", world=world, name="Nobody there")
    vault.target_system(token, "basic", known["client_secret"], world=world, name="Private CA", trusted_ca_pem="")
    moved = vault.target_system(token, "moved", "secret", world=world, name="Moved")
    vault.expect(200, vault.update("target-systems", moved["id"], {"token_endpoint": token + "/elsewhere"}))
    soon = datetime.date.today() + datetime.timedelta(days=5)
    vault.target_system(token, "soon", "secret", world=world, name="Soon over",
                        consumer_secrets=[{"value": "secret", "expires_on": soon.isoformat()}])


def certificate_files(directory):
    one, other = Pair(directory, "robots"), Pair(directory, "other")
    der, pkcs12 = directory / "robots.cer", directory / "other.p12"
    openssl("x509", "-in", one.certificate_file, "-outform", "DER", "-out", der)
    openssl("pkcs12", "-export", "-inkey", other.key_file, "-in", other.certificate_file, "-out", pkcs12,
            "-passout", f"pass:{PASSWORD}")
    expired = directory / "expired.crt"
    key = other.key_file
    openssl("x509", "-req", "-in", key.with_suffix(".csr"), "-signkey", key, "-days", "0", "-extfile", key.with_suffix(".ext"),
            "-out", expired)
    return {"certificate": one.certificate_file, "key": one.key_file, "other_key": other.key_file, "der": der,
            "pkcs12": pkcs12, "expired": expired, "expired_key": key}


class ConsoleTargetSystems(unittest.TestCase):
    def test_a_person_adds_mends_and_tests_them(self):
        wrong = browser.failures(lines)
        self.assertFalse(wrong, "\n".join([f"{len(wrong)} checks failed:", *wrong]))

    def test_there_was_something_to_see(self):
        self.assertGreater(len(lines), 30)
