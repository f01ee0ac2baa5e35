"""A vault in which something of every kind has happened, so that pages have something to show."""
from vault import API


def populate(vault, hostile, world):
    """Two projects; clients that work, that fail, and that nobody asked for yet; robots that may read some."""
    token = hostile.about["token"]
    finance = vault.create("projects", {"name": "Finance", "description": "Invoices and payments"})
    working = vault.client_at(token + "good", world=world, name="Invoices API")
    failing = vault.client_at(token + "error-500", world=world, name="Payroll <b>API</b> & friends")
    fresh = vault.client(vault.target_system(token + "good", "reports", "secret", world=world, name="Reports"),
                         label="Not asked for yet \u05e9\u05dc\u05d5\u05dd \U0001f511 <script>alert(1)</script>" + " long" * 9)
    vault.create("robots", {"project": finance["id"], "path": "finance/month/end", "name": "Month end"})
    robot = vault.robot("Invoice reader")
    vault.grant(working, robot)
    vault.grant(failing, robot)
    vault.grant(fresh, path_pattern="finance/**")
    batch = vault.secret({"id": working["target_system"], "name": "Invoices API"}, label="Batch user of \U0001f511 night <b>runs</b>", user_name="BATCH01",
                         expires_on="2001-01-31")
    vault.grant_secret(batch, robot)
    vault.retrieve(working)
    vault.retrieve(failing)
    vault.expect(200, robot.look_up(working))
    vault.robot("Stranger", path="warehouse").look_up(working)  # may not: a denied look-up
    vault.update("target-systems", fresh["target_system"],
                 {"endpoint_parameters": {"token_endpoint": token + "slow"}})  # held until approved
    for number in range(30):  # more than a page of them
        vault.client({"id": working["target_system"], "name": "Invoices API"}, label=f"Batch {number:02}")
    vault.expect(200, vault.http.get(f"{API}/audit-events"))
