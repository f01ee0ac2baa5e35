"""Robots, robot access, a client's page, denied look-ups and the audit log, driven in a real browser.

The way through them is console/tests/robots.mjs.
"""
import unittest

import browser
import harness
import session
from vault import Vault


def setUpModule():
    global lines
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    provider = world.sign_in_provider()
    server = harness.Strongroom(world).start()
    administrator = session.first_administrator(server)
    vault = Vault(server)
    token = hostile.about["token"]
    working = vault.client_at(token + "good", world=world, name="Invoices API")
    failing = vault.client_at(token + "error-500", world=world, name="Payroll")
    signing = vault.client(vault.sign_in_system(provider, world=world, name="Mail"), label="mailbox")
    reader = vault.robot("Invoice reader")
    vault.grant(working, reader)
    vault.retrieve(working)
    vault.retrieve(failing)
    vault.expect(200, reader.look_up(working))
    revocable = vault.client_at(token + "good", world=world, name="Archive", endpoint_parameters={
        "token_endpoint": token + "good", "revocation_endpoint": token + "error-503"})
    irrevocable = vault.client_at(token + "good", world=world, name="Ledger")
    vault.grant(revocable, reader)
    for client in (revocable, irrevocable):
        vault.expect(200, vault.retrieve(client))
    stranger = vault.robot("Stranger", path="warehouse")
    for label in (working["label"], working["label"], "no such label"):
        stranger.look_up(working, label=label)
    lines = list(browser.Script(
        world, "robots", server, user=administrator.user, password=administrator.password,
        revocable=revocable["id"], irrevocable=irrevocable["id"], client=working["id"], label=working["label"], failing=failing["id"], signing=signing["id"],
        reader="Invoice reader", robot=reader.id).lines())


class ConsoleRobots(unittest.TestCase):
    def test_everything_on_the_way_holds(self):
        wrong = browser.failures(lines)
        self.assertFalse(wrong, "\n".join([f"{len(wrong)} checks failed:", *wrong]))

    def test_it_keeps_the_policy_and_shuts_nobody_out(self):
        measured = next(line for line in lines if line.get("measure") == "robots")
        self.assertEqual((measured["csp"], measured["axe"]), (0, 0))


if __name__ == "__main__":
    unittest.main()
