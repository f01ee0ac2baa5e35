"""Notifications in the console, driven in a real browser: targets, tests, secrets, what was not taken, and the calendar of expiries.

What is clicked is in console/tests/notifications.mjs, which tells the receiver what to answer and asks for the end of a
client's sign-in. Whether the secrets that people are shown sign what the receiver gets is checked here.
"""
import unittest

import browser
import harness
import plain_browser
import session
from vault import LOOPBACK, Vault
from webhook_receiver import WebhookReceiver

# Each client has an account of its own: the end of one ends no other.
PEOPLE = ("ann", "bob", "cat")


def setUpModule():
    global lines, receiver, signed
    lines, signed = [], []
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    people = world.sign_in_provider()
    receiver = WebhookReceiver(world)
    unittest.addModuleCleanup(receiver.close)
    server = harness.Strongroom(world).start()
    administrator = session.first_administrator(server)
    vault = Vault(server)
    system = vault.sign_in_system(people, world=world)
    trusted = (server.ca_file, world.pki / "ca.pem")
    clients = [signed_in_client(vault, system, person, trusted) for person in PEOPLE]
    script = browser.Script(
        world, "notifications", server, user=administrator.user, password=administrator.password,
        project=vault.project["name"], receiver={"url": receiver.url, "ca_pem": world.ca_pem, "address": LOOPBACK})
    for line in script.lines(patience=120):
        if "end" in line:
            people.client.post("/_test/revoke", {"login": PEOPLE[line["end"]]})
            vault.expect(424, vault.retrieve(clients[line["end"]]))
        elif "signed" in line:
            signed.append(line)
        else:
            lines.append(line)


def signed_in_client(vault, system, person, trusted):
    client = vault.client(system)
    made = vault.authorize(client)
    plain_browser.Browser(*trusted).sign_in(made["url"], person)
    if vault.authorization(made)["state"] == "confirmation_needed":
        vault.expect(200, vault.confirm(made))
    return client


class ConsoleNotifications(unittest.TestCase):
    def test_every_story_holds(self):
        wrong = browser.failures(lines)
        self.assertFalse(wrong, "\n".join([f"{len(wrong)} checks failed:", *wrong]))

    def test_it_keeps_the_policy_and_was_told_to_its_end(self):
        self.assertEqual(lines[-1], {"measure": "notifications", "csp": 0})

    def test_a_secret_that_was_shown_signs_and_one_that_is_replaced_goes_on_for_a_while(self):
        # Standard Webhooks 1.0.0, "Signature scheme"
        self.assertEqual([len(one["secrets"]) for one in signed], [1, 2])
        for one in signed:
            for secret in one["secrets"]:
                self.assertTrue(receiver.was_signed(one["signed"], secret), one)
        self.assertFalse(receiver.was_signed(signed[0]["signed"], signed[1]["secrets"][1]), "one that was not made yet")
        self.assertEqual(receiver.wrong, [])

    def test_what_was_not_taken_came_in_the_end_and_what_was_discarded_never(self):
        self.assertEqual(len(receiver.told("needs_sign_in")), len(PEOPLE) - 1)


if __name__ == "__main__":
    unittest.main()
