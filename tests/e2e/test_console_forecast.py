"""What will stop working, and how a provider was asked: the start page, a client's clocks, its flight recorder
and the dry run, in a real browser.

What is clicked is in console/tests/forecast.mjs.
"""
import datetime
import unittest

import browser
import harness
import session
from vault import API, Vault

SECRET = "a-secret-that-nobody-sees"
EXCHANGES = 2


def setUpModule():
    global lines, asked_before, asked_after
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    server = harness.Strongroom(world).start()
    administrator = session.first_administrator(server)
    vault = Vault(server)
    dying = dying_client(vault, hostile, world)
    robot = vault.robot()
    vault.grant(dying, robot)
    asked = vault.client(vault.target_system(hostile.about["token"] + "good", "id", SECRET, world=world))
    for _ in range(EXCHANGES):
        vault.expect(200, vault.retrieve(asked))
    asked_before = exchanges_of(vault, asked)
    lines = list(browser.Script(
        world, "forecast", server, user=administrator.user, password=administrator.password, dying=dying["id"],
        dying_label=dying["label"], asked=asked["id"], secret=SECRET, exchanges=EXCHANGES,
        robot_path=robot.members["name"]).lines())
    asked_after = exchanges_of(vault, asked)


def dying_client(vault, hostile, world):
    """Nothing renews its access token, which ends in three days."""
    endpoints = {"token_endpoint": hostile.about["token"] + "good",
                 "authorization_endpoint": hostile.about["origin"] + "/authorize"}
    client = vault.client(vault.target_system(endpoints["token_endpoint"], "id", SECRET, world=world,
                                              grant="authorization_code", endpoint_parameters=endpoints))
    end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=3)
    vault.expect(200, vault.http.post(f"{API}/oauth-clients/{client['id']}/import-tokens", {
        "access_token": "brought-along", "expires_at": end.strftime("%Y-%m-%dT%H:%M:%SZ")}))
    return client


def exchanges_of(vault, client):
    return vault.expect(200, vault.http.get(f"{API}/oauth-clients/{client['id']}/exchanges"))["items"]


class ConsoleForecast(unittest.TestCase):
    def test_a_person_sees_what_will_stop_and_how_the_provider_was_asked(self):
        # field.md pain 4
        wrong = browser.failures(lines)
        self.assertFalse(wrong, "\n".join([f"{len(wrong)} checks failed:", *wrong]))

    def test_there_was_something_to_see_and_looking_asked_nobody(self):
        self.assertGreater(len(lines), 20)
        self.assertEqual(len(asked_before), EXCHANGES)
        self.assertEqual(asked_after, asked_before)


if __name__ == "__main__":
    unittest.main()
