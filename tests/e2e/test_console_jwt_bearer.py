"""Signed assertions in the console, in a real browser: a service account's key file, and a client with its subject.

What is clicked is in console/tests/jwt_bearer.mjs.
"""
import json
import unittest

import jwt

import browser
import harness
import session
from client_pair import Pair, openssl
from vault import Vault

ACCOUNT = "robots@project.iam.gserviceaccount.com"
SUBJECT = "ada@acme.example"


def setUpModule():
    global lines, seen
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    provider = world.assertion_provider()
    directory = world.directory / "providers"
    directory.mkdir()
    entry = json.loads((harness.TOP / "providers/google-service-account.json").read_text())
    del entry["$schema"]
    endpoint = {"name": "token_endpoint", "label": "Token endpoint", "place": "url", "format": "http_url", "required": True}
    entry |= {"id": "accounts-here", "name": "Accounts here", "token_endpoint": "{token_endpoint}", "variables": [endpoint]}
    entry["sources"]["variables"] = entry["sources"]["token_endpoint"]
    (directory / "accounts-here.json").write_text(json.dumps(entry))
    config = world.directory / "strongroom.toml"
    config.write_text(f'[catalogue]\ndirectory = "{directory}"\n')
    server = harness.Strongroom(world, options=["--config", config]).start()
    administrator = session.first_administrator(server)
    vault = Vault(server)
    account = world.directory / "account.json"
    account.write_text(key_file_known_to(provider))
    lines = list(browser.Script(
        world, "jwt_bearer", server, user=administrator.user, password=administrator.password, project=vault.project["name"],
        provider=entry["name"], token_endpoint=provider.about["token_endpoint"], ca=world.ca_pem, account=ACCOUNT, subject=SUBJECT,
        files={"account": str(account), "certificate": str(Pair(world.directory, "robots").certificate_file)}).lines())
    seen = provider.client.get("/_test/assertions").json


def key_file_known_to(provider):
    key = openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
    algorithm = jwt.algorithms.RSAAlgorithm(jwt.algorithms.RSAAlgorithm.SHA256)
    public = json.loads(algorithm.to_jwk(algorithm.prepare_key(key).public_key())) | {"kid": "4f1e7a"}
    answer = provider.client.post("/_test/register", {
        "issuer": ACCOUNT, "keys": [public], "subjects": [SUBJECT], "scopes": "claim", "audience": provider.about["token_endpoint"]})
    assert answer.status == 201, answer.body
    return json.dumps({"type": "service_account", "private_key_id": "4f1e7a", "private_key": key, "client_email": ACCOUNT,
                       "token_uri": "https://evil.example/token"})


class ConsoleJwtBearer(unittest.TestCase):
    def test_a_person_sets_it_up(self):
        #
        self.assertTrue(lines)
        wrong = browser.failures(lines)
        self.assertFalse(wrong, "\n".join([f"{len(wrong)} failed:", *wrong]))

    def test_the_provider_was_asked_for_that_subject_alone(self):
        #
        self.assertEqual({one["claims"]["sub"] for one in seen}, {SUBJECT})
        self.assertTrue(all(one["refused"] is None for one in seen), seen)


if __name__ == "__main__":
    unittest.main()
