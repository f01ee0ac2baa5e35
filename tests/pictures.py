#!/usr/bin/env python3
"""Makes the pictures of the console in docs/pictures/, which the README and docs/ show.

    python3 tests/pictures.py

A server of its own with a small organisation in it, real authorization servers, Debian's Chromium. To
be run by hand when the console has changed how it looks.
"""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "e2e"))
import browser  # noqa: E402
import harness  # noqa: E402
import session  # noqa: E402
from vault import Vault  # noqa: E402

LOOK_UPS = 24


class Organisation:
    """Projects, clients in every state, robots that read some, and a day's look-ups."""

    def __init__(self, world, server, people):
        self.vault = vault = Vault(server)
        token = world.hostile().about["token"]
        self.finance = vault.project = vault.create("projects", {"name": "Finance", "description": "Invoices and payments"})
        self.mail = vault.sign_in_system(people, world=world, name="Shared mailbox")
        self.ledger = vault.target_system(token + "good", "ledger", "secret", world=world, name="Ledger API")
        self.clients = [vault.client(self.ledger, label=label) for label in ("Month end", "Nightly postings", "Dunning")]
        bank = vault.target_system(token + "error-500", "bank", "secret", world=world, name="Bank statements")
        self.failing = vault.client(bank, label="Statements, EUR")
        self.waiting = vault.client(self.mail, label="Invoices inbox", expected_account="invoices@example.test")
        self.reader = vault.robot("Invoice reader", path="finance/invoices")
        self.use()

    def use(self):
        vault = self.vault
        for client in self.clients[:2]:
            vault.grant(client, self.reader)
            vault.expect(200, vault.retrieve(client))
            for _ in range(LOOK_UPS):
                vault.expect(200, self.reader.look_up(client))
        vault.retrieve(self.failing)
        vault.robot("Report builder", path="sales/weekly").look_up(self.clients[0])  # may not
        vault.grant(self.clients[2], path_pattern="finance/**")
        vault.expect(200, vault.retrieve(self.clients[2]))


def main():
    world = harness.World()
    try:
        people = world.sign_in_provider()
        server = harness.Strongroom(world).start()
        administrator = session.first_administrator(server)
        organisation = Organisation(world, server, people)
        script = browser.Script(
            world, "pictures", server, browser.Trusted(people), user=administrator.user,
            password=administrator.password, directory=str(ROOT / "docs" / "pictures"),
            client=organisation.clients[0]["id"], robot=organisation.reader.members["name"],
            system=organisation.mail["name"], project=organisation.finance["name"])
        for line in script.lines():
            print(line.get("picture", line))
    finally:
        world.close()


if __name__ == "__main__":
    main()
