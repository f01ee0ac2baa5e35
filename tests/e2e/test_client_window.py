"""The window of an OAuth client beyond the product page: drafts, failures, wrong accounts, other people, robots.

What is clicked is in console/tests/client_window.mjs, one story after the other.
"""
import unittest

import browser
import harness
import plain_browser
import session
from vault import Vault

BATCH = 25


def setUpModule():
    global lines
    lines = []
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    people, hostile, machines = world.sign_in_provider(), world.hostile(), world.oidc_provider()
    server = harness.Strongroom(world).start()
    administrator = session.first_administrator(server)
    vault = Vault(server)
    token = hostile.about["token"]
    plain = vault.target_system(token + "good", "id", "secret", world=world, name="Plain", project=None)
    sibling = vault.target_system(token + "good", "id", "secret", world=world, name="Sibling", project=None, scopes=["other"])
    failing = vault.target_system(token + "error-401-client", "id", "secret", world=world, name="Failing")
    known = machines.registered("basic")
    mendable = vault.target_system(machines.about["token_endpoint"], "basic", "not the secret", world=world, name="Mendable", scopes=["api:read"])
    held = vault.target_system(token + "error-503", "id", "secret", world=world, name="Held")
    vault.expect(200, vault.update("target-systems", held["id"], {"token_endpoint": token + "good"}))
    scopes = ["openid", "offline_access", "email", "api:read"]
    person, more = vault.sign_in_systems(
        people, {"name": "People", "scopes": scopes}, {"name": "Further", "scopes": [*scopes, "api:write"]}, world=world)
    blank = vault.sign_in_system(people, world=world, name="Nobody sent back", callback="blank")
    other = vault.create("projects", {"name": "Short-lived"})
    gone = vault.target_system(token + "good", "id", "secret", world=world, name="Short-lived system", project=other["id"])
    vault.client(person, label="waits for its owner")
    elsewhere = vault.client(plain, label="goes elsewhere")
    reader = vault.robot(name="reader")
    vault.grant(elsewhere, reader)
    vault.expect(200, vault.retrieve(elsewhere))
    again = vault.client(person, label="signs in again")
    made = vault.authorize(again)
    plain_browser.Browser(server.ca_file, world.pki / "ca.pem").sign_in(made["url"], "ann")
    vault.expect(200, vault.confirm(made))
    for number in range(BATCH):
        vault.client(plain, label=f"batch {number:02}")
    lines.extend(browser.Script(
        world, "client_window", server, browser.Trusted(people), user=administrator.user,
        password=administrator.password, project=vault.project["name"], batch=BATCH,
        api={"key": vault.key, "ca": str(server.ca_file)},
        secret=known["client_secret"],
        systems={"mendable": mendable["name"], "held": held["name"], "plain": plain["name"], "sibling": sibling["name"], "failing": failing["name"], "person": person["name"],
                 "more": more["name"], "blank": blank["name"]},
        reader={"name": "finance/invoices/reader", "key": reader.key},
        other={"project": other["name"], "system": gone["name"]}).lines())


class ClientWindow(unittest.TestCase):
    def test_every_story_ends_well(self):
        self.assertTrue(lines)
        wrong = browser.failures(lines)
        self.assertFalse(wrong, "\n".join([f"{len(wrong)} failed:", *wrong]))
