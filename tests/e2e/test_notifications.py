"""People and systems are told what happens to clients: webhooks, signed, tried again, and never lost."""
import signal
import unittest

import harness
from bad_provider import BadProvider
from command_line import NOT_FOUND, TRY_AGAIN, UPSTREAM, USAGE, CommandLine
from smtp_server import SmtpServer
from test_forecast import moment_in
from vault import API, LOOPBACK, Vault
from webhook_receiver import WebhookReceiver

TARGETS, DELIVERIES = f"{API}/notification-targets", f"{API}/notification-deliveries"
ALL = ["needs_sign_in", "recovered", "failing", "dying", "scopes_narrowed"]


def setUpModule():
    global world, server, vault, provider, hostile
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    provider = BadProvider(world)
    hostile = world.hostile()
    server = harness.Strongroom(world).start()
    vault = Vault(server)


def client_of_a_person(**more):
    """Somebody signed in at the bad provider; and the family of its refresh tokens."""
    system = provider.target_system(vault, **more)
    client = vault.client(system)
    minted = provider.mint("robots")[0]
    vault.expect(200, vault.http.post(f"{API}/oauth-clients/{client['id']}/import-tokens",
                                      {"refresh_token": minted["refresh_token"]}))
    vault.expect(200, vault.retrieve(client))
    return client, minted["family"]


class Told(unittest.TestCase):
    def setUp(self):
        self.receiver = WebhookReceiver(world)
        self.addCleanup(self.receiver.close)
        self.addCleanup(lambda: self.assertEqual(self.receiver.wrong, []))
        self.addCleanup(self.remove_all)

    def remove_all(self):
        for one in vault.list("notification-targets")["items"]:
            vault.expect(204, vault.http.request("DELETE", f"{TARGETS}/{one['id']}"))

    def settings(self, **more):
        return {"name": vault.name("target"), "url": self.receiver.url, "events": ALL,
                "trusted_ca_pem": world.ca_pem, "allowed_addresses": [LOOPBACK]} | more

    def target(self, **more):
        made = vault.expect(201, vault.http.post(TARGETS, self.settings(**more)))
        self.receiver.secrets.append(made["secret"])
        return made["target"]

    def shown(self, target):
        return vault.get("notification-targets", target["id"])

    def replace(self, target, **changes):
        current = vault.http.get(f"{TARGETS}/{target['id']}")
        answer = vault.http.request("PUT", f"{TARGETS}/{target['id']}", self.settings(name=target["name"]) | changes,
                                    headers={"If-Match": current.headers["ETag"]})
        return vault.expect(200, answer)

    def try_out(self, target):
        return vault.expect(200, vault.http.post(f"{TARGETS}/{target['id']}/test"))

    def wait_told(self, event, client=None):
        return harness.wait_until(lambda: self.receiver.told(event, client), f"{event} to be told", patience=30)[0]

    def deliveries(self, **query):
        return vault.list("notification-deliveries", **query)["items"]


class WhatIsTold(Told):
    def test_a_grant_that_ended_is_told_once_and_that_it_recovered(self):
        # field.md pain 4
        client, family = client_of_a_person()
        self.target()
        provider.revoke(family)
        self.assertEqual(vault.retrieve(client).json["cause"], "sign_in_ended")
        event = self.wait_told("needs_sign_in", client)
        self.assertEqual((event["specversion"], event["type"], event["subject"]),
                         ("1.0", "strongroom.oauth_client.needs_sign_in", client["id"]))
        self.assertEqual(event["data"]["project"], {"id": vault.project["id"], "name": vault.project["name"]})
        self.assertEqual(event["data"]["affected"][0]["label"], client["label"])
        self.assertTrue(event["data"]["affected"][0]["url"].startswith(event["source"]))
        self.assertEqual(vault.retrieve(client).json["cause"], "sign_in_ended")
        vault.expect(200, vault.http.post(f"{API}/oauth-clients/{client['id']}/import-tokens",
                                          {"refresh_token": provider.mint("robots")[0]["refresh_token"]}))
        self.wait_told("recovered", client)
        self.assertEqual(len(self.receiver.told("needs_sign_in", client)), 1)
        self.assertEqual(len(self.receiver.told("recovered", client)), 1)


    def test_a_client_is_failing_after_three_retrievals_in_a_row_and_not_at_the_first(self):
        client, _ = client_of_a_person()
        self.target(events=["failing", "recovered"])
        provider.switch(fault="status_before", fault_status=503)
        self.addCleanup(provider.switch, fault="none")
        for expected in ([], [], [client["id"]]):
            self.assertNotEqual(vault.retrieve(client).status, 200)
            told = [one["data"]["affected"][0]["oauth_client"] for one in self.receiver.told("failing")]
            self.assertIn(told, ([], expected))
        event = self.wait_told("failing", client)
        self.assertEqual(event["data"]["affected"][0]["cause"], "provider_unavailable")
        provider.switch(fault="none")
        vault.expect(200, vault.retrieve(client))
        self.wait_told("recovered", client)

    def test_a_token_that_may_do_less_than_the_one_before_is_told(self):
        client, _ = client_of_a_person()
        self.target(events=["scopes_narrowed"])
        provider.switch(scopes="narrower")
        self.addCleanup(provider.switch, scopes="as_asked")
        vault.expect(200, vault.retrieve(client))
        self.wait_told("scopes_narrowed", client)

    def test_refused_credentials_are_told_once_for_all_clients_of_the_target_system(self):
        system = vault.target_system(hostile.about["token"] + "error-401-client", "id", "secret", world=world)
        clients = [vault.client(system) for _ in range(3)]
        self.target(events=["failing"])
        for client in clients:
            self.assertNotEqual(vault.retrieve(client).status, 200)
        event = self.wait_told("failing")
        self.assertEqual(event["subject"], system["id"])
        affected = event["data"]["affected"]
        self.assertEqual([one["target_system"]["id"] for one in affected], [system["id"]])
        self.assertNotIn("oauth_client", affected[0])

    def test_each_owner_is_one_event_with_all_that_dies(self):
        owner = {"name": "Ada", "email": "ada@example.org"}
        other = {"name": "Bob", "email": "bob@example.org"}
        vault = Vault(harness.Strongroom(world, name="dying").start())
        receiver = WebhookReceiver(world)
        self.addCleanup(receiver.close)

        def dying(owner, days):
            system = provider.target_system(vault)
            client = vault.client(system, owner=owner)
            vault.expect(200, vault.http.post(f"{API}/oauth-clients/{client['id']}/import-tokens", {
                "access_token": "brought-along", "expires_at": moment_in(days=days)}))
            return client["id"]
        mine = {dying(owner, 80), dying(owner, 20)}
        dying(other, 5)
        dying(owner, 200)
        made = vault.expect(201, vault.http.post(TARGETS, self.settings(url=receiver.url)))
        receiver.secrets.append(made["secret"])
        vault.server.restart()  # it warns once a day, and at the start
        vault.reconnect()
        harness.wait_until(lambda: len(receiver.told("dying")) == 2, "both lists")
        by_owner = {one["data"]["owner"]["email"]: one["data"] for one in receiver.told("dying")}
        self.assertEqual({one["oauth_client"] for one in by_owner["ada@example.org"]["affected"]}, mine)
        self.assertEqual({one["within_days"] for one in by_owner["ada@example.org"]["affected"]}, {90, 30})
        self.assertEqual(by_owner["bob@example.org"]["affected"][0]["cause"], "no_refresh_token")
        vault.server.restart()
        vault.reconnect()
        answer = vault.http.post(f"{TARGETS}/{made['target']['id']}/test")
        self.assertTrue(vault.expect(200, answer)["ok"])  # so the server runs again, and told nothing anew
        self.assertEqual((len(receiver.told("dying")), receiver.wrong), (2, []))

    def test_only_what_somebody_wants_to_be_told_is_told_to_them(self):
        client, family = client_of_a_person()
        foreign = vault.create("projects", {"name": vault.name("project")})
        self.target(projects=[foreign["id"]])
        told = WebhookReceiver(world)
        self.addCleanup(told.close)
        answer = vault.expect(201, vault.http.post(TARGETS, self.settings(
            url=told.url, events=["needs_sign_in"], projects=[vault.project["id"]])))
        told.secrets.append(answer["secret"])
        provider.revoke(family)
        vault.retrieve(client)
        harness.wait_until(lambda: told.told("needs_sign_in", client), "what it wants")
        self.assertEqual((self.receiver.events, told.wrong), ([], []))


class HowItIsTold(Told):
    def broken_client(self):
        """Something to be told."""
        client, family = client_of_a_person()
        provider.revoke(family)
        vault.retrieve(client)
        return client

    def test_what_was_not_taken_is_tried_again_under_the_same_id(self):
        target = self.target()
        self.receiver.status = 500
        client = self.broken_client()
        harness.wait_until(lambda: self.receiver.tries, "the first try")
        waiting = harness.wait_until(
            lambda: [one for one in self.deliveries(state="waiting") if one["tries"] == 1], "what waits")
        self.assertEqual((waiting[0]["failure"], waiting[0]["dead"]),
                         ("The receiver did not take it: it answered 500.", False))
        self.assertIsNotNone(self.shown(target)["failing_since"])
        self.receiver.status = 204
        vault.expect(204, vault.http.post(f"{DELIVERIES}/{waiting[0]['id']}/resend"))
        self.wait_told("needs_sign_in", client)
        self.assertEqual({id for id, _ in self.receiver.tries}, {waiting[0]["event"]})
        harness.wait_until(lambda: self.shown(target)["failing_since"] is None, "that it takes events again")
        self.assertEqual(self.deliveries(target=target["id"]), [])

    def test_a_receiver_that_wants_no_more_is_turned_off_and_its_dead_letters_can_be_sent_again(self):
        target = self.target()
        self.receiver.status = 410
        client = self.broken_client()
        dead = harness.wait_until(lambda: self.deliveries(state="dead", target=target["id"]), "a dead letter")
        self.assertIsNone(dead[0]["next_try_at"])
        self.assertFalse(self.shown(target)["enabled"])
        self.assertIn("notification.given_up",
                      [one["event"]["action"] for one in vault.audit_events(action="notification.given_up")["items"]])
        attention = harness.wait_until(lambda: [
            one for one in vault.expect(200, vault.http.get(f"{API}/attention"))["items"]
            if one["kind"] == "notifications_given_up"], "that somebody has to look at it")
        self.assertEqual(attention[0]["count"], 1)
        self.receiver.status = 204
        self.replace(target, enabled=True)
        answer = vault.expect(200, vault.http.post(f"{TARGETS}/{target['id']}/resend"))
        self.assertEqual(answer, {"resent": 1})
        self.wait_told("needs_sign_in", client)

    def test_what_nobody_wants_to_be_told_any_more_is_thrown_away(self):
        target = self.target()
        self.receiver.status = 500
        self.broken_client()
        waiting = harness.wait_until(lambda: self.deliveries(target=target["id"]), "what waits")
        vault.expect(204, vault.http.request("DELETE", f"{DELIVERIES}/{waiting[0]['id']}"))
        self.assertEqual(self.deliveries(target=target["id"]), [])
        self.assertEqual(vault.http.post(f"{DELIVERIES}/{waiting[0]['id']}/resend").status, 404)

    def test_a_receiver_that_hangs_keeps_no_other_waiting_and_no_look_up(self):
        # attacks.md E14: what a receiver does is never anybody else's trouble
        self.target()
        self.receiver.answers.clear()
        quick = WebhookReceiver(world)
        self.addCleanup(quick.close)
        made = vault.expect(201, vault.http.post(TARGETS, self.settings(url=quick.url)))
        quick.secrets.append(made["secret"])
        client = self.broken_client()
        harness.wait_until(lambda: quick.told("needs_sign_in", client), "the other one")
        self.assertEqual(self.receiver.tries, [])
        good = vault.client_at(hostile.about["token"] + "good", world=world)
        self.assertEqual(vault.reader_of(good).look_up(good).status, 200)

    def test_what_waits_outlives_a_kill_and_is_told_once(self):
        self.target()
        self.receiver.status = 503
        client = self.broken_client()
        harness.wait_until(lambda: self.deliveries(state="waiting"), "what waits")
        server.restart(signal.SIGKILL)
        vault.reconnect()
        self.receiver.status = 204
        for one in self.deliveries(state="waiting"):
            vault.expect(204, vault.http.post(f"{DELIVERIES}/{one['id']}/resend"))
        self.wait_told("needs_sign_in", client)
        harness.wait_until(lambda: not self.deliveries(), "nothing that waits")
        self.assertEqual(len(self.receiver.told("needs_sign_in", client)), 1)

    def test_for_a_day_both_secrets_sign_once_there_is_another(self):
        target = self.target()
        self.assertTrue(self.try_out(target)["ok"])
        first = self.receiver.secrets.pop()
        made = vault.expect(200, vault.http.post(f"{TARGETS}/{target['id']}/rotate-secret"))
        self.assertNotEqual(made["secret"], first)
        self.assertIsNotNone(made["target"]["previous_secret_until"])
        for secret in (first, made["secret"]):
            self.receiver.secrets = [secret]
            self.assertTrue(self.try_out(target)["ok"])
        self.assertEqual(self.receiver.signed_by, [1, 2, 2])
        self.assertNotIn(first, vault.http.get(f"{TARGETS}/{target['id']}").body.decode())

    def test_the_secret_is_nowhere_in_clear(self):
        made = vault.expect(201, vault.http.post(TARGETS, self.settings()))
        secret = made["secret"].removeprefix("whsec_")
        self.assertNotIn(secret, server.log)
        for file in server.data.rglob("*"):
            if file.is_file():
                self.assertNotIn(secret.encode(), file.read_bytes(), file)


class WhereItIsSent(Told):
    def test_inside_the_network_only_where_it_is_allowed(self):
        # attacks.md E14
        target = self.target(allowed_addresses=[])
        self.assertEqual(self.try_out(target), {
            "ok": False, "status": None, "message": "The server's address is not allowed."} | {
                "message": self.try_out(target)["message"]})
        self.assertIn("address", self.try_out(target)["message"])
        self.assertEqual(self.receiver.tries, [])

    def test_what_is_no_address_of_a_receiver_is_refused_when_it_is_entered(self):
        for url in ("http://hooks.example.org/", "ftp://hooks.example.org/", "https://user:pass@hooks.example.org/",
                    "hooks.example.org", "https://hooks.example.org/#part", "https://hooks.example.org/\r\nHost: x", ""):
            with self.subTest(url=url):
                answer = vault.http.post(TARGETS, self.settings(url=url))
                self.assertEqual(answer.status, 400, answer)
                self.assertIn("/url", answer.body.decode())

    def test_a_redirection_is_not_followed(self):
        other = WebhookReceiver(world)
        self.addCleanup(other.close)
        target = self.target()
        self.receiver.status, self.receiver.headers = 307, {"Location": other.url}
        self.assertEqual(self.try_out(target), {"ok": False, "status": 307,
                                             "message": "The receiver did not take it: it answered 307."})
        self.assertEqual(other.tries, [])

    def test_a_certificate_that_nobody_trusts_is_no_receiver(self):
        target = self.target(trusted_ca_pem="")
        answer = self.try_out(target)
        self.assertFalse(answer["ok"])
        self.assertEqual(self.receiver.tries, [])

    def test_bad_input_is_refused_at_its_place(self):
        for changes, field in (({"events": []}, "/events"), ({"events": ["sometimes"]}, "/events/0"),
                               ({"events": ["dying", "dying"]}, "/events"), ({"projects": ["x"]}, "/projects/0"),
                               ({"projects": [vault.project["id"]] * 2}, "/projects"),
                               ({"projects": ["00000000-0000-7000-8000-000000000000"]}, "/projects/0"),
                               ({"allowed_addresses": ["10.1.2.3/8"]}, "/allowed_addresses/0"),
                               ({"trusted_ca_pem": "nothing"}, "/trusted_ca_pem"), ({"name": ""}, "/name")):
            with self.subTest(changes=changes):
                answer = vault.http.post(TARGETS, self.settings(**changes))
                self.assertEqual(answer.status, 400, answer)
                self.assertIn(field, answer.body.decode())
        taken = self.target()
        answer = vault.http.post(TARGETS, self.settings(name=taken["name"].upper()))
        self.assertEqual((answer.status, answer.json["existing_id"]), (409, taken["id"]))


class Mails(unittest.TestCase):
    ADA, BOB = ({"name": name, "email": f"{name.lower()}@example.org"} for name in ("Ada", "Bob"))

    def mail_server(self, **more):
        mails = SmtpServer(world, **more)
        self.addCleanup(mails.close)
        return mails

    def serve(self, mails, name, **more):
        vault = Vault(harness.Strongroom(world, name=name, env=mails.settings(world, gather_s=1, **more)).start())
        self.addCleanup(vault.server.process.stop)
        return vault

    def client(self, vault, **more):
        """Somebody signed in for it."""
        client = vault.client(provider.target_system(vault), **more)
        minted = provider.mint("robots")[0]
        vault.expect(200, vault.http.post(f"{API}/oauth-clients/{client['id']}/import-tokens",
                                          {"refresh_token": minted["refresh_token"]}))
        return client, minted["family"]

    def end(self, vault, *made):
        for client, family in made:
            provider.revoke(family)
            vault.retrieve(client)

    def test_each_owner_gets_one_mail_with_all_of_theirs_and_somebody_what_is_nobodys(self):
        # field.md pain 4
        secret = world.directory / "mail-password"
        secret.write_text("mail-secret\n")
        secret.chmod(0o600)
        mails = self.mail_server(start_tls=True, login=("vault", "mail-secret"))
        vault = self.serve(mails, "mails", user="vault", password_file=secret, to="ops@example.org")
        hers = [self.client(vault, owner=self.ADA) for _ in range(2)]
        nobodys = self.client(vault)
        self.end(vault, *hers, nobodys)
        got = {mail.recipients[0]: mail for mail in mails.wait_for(2)}
        self.assertEqual(set(got), {"ada@example.org", "ops@example.org"})
        mail = got["ada@example.org"]
        self.assertIn("2 OAuth clients need somebody to sign in", mail.subject)
        for client, _ in hers:
            self.assertIn(client["label"], mail.text)
            self.assertIn(f"/repository/vault/oauth-clients/{client['id']}", mail.text)
        self.assertNotIn(nobodys[0]["label"], mail.text)
        self.assertEqual((mail.user, mail.sender), ("vault", "strongroom@vault.example"))
        self.assertNotIn("mail-secret", vault.server.log)

    def test_what_ends_within_days_is_one_list_for_each_owner(self):
        mails = self.mail_server()
        vault = self.serve(mails, "mail-ends")
        for owner, days in ((self.ADA, 20), (self.ADA, 5), (self.BOB, 50)):
            client = vault.client(provider.target_system(vault), owner=owner)
            vault.expect(200, vault.http.post(f"{API}/oauth-clients/{client['id']}/import-tokens", {
                "access_token": "brought-along", "expires_at": moment_in(days=days)}))
        vault.server.restart()
        subjects = {mail.recipients[0]: mail.subject for mail in mails.wait_for(2)}
        self.assertIn("2 OAuth clients will stop working soon", subjects["ada@example.org"])
        self.assertIn("1 OAuth client will stop working soon", subjects["bob@example.org"])

    def test_a_recipient_that_is_refused_for_good_is_a_dead_letter_at_once(self):
        mails = self.mail_server()
        mails.refusals["ada@example.org"] = "550 5.1.1 No such user"
        vault = self.serve(mails, "mail-refused")
        self.end(vault, self.client(vault, owner=self.ADA))
        dead = harness.wait_until(lambda: vault.list("notification-deliveries", state="dead")["items"], "a dead letter")
        self.assertEqual((dead[0]["recipient"], dead[0]["target"]), ("ada@example.org", None))
        mails.refusals.clear()
        vault.expect(204, vault.http.post(f"{DELIVERIES}/{dead[0]['id']}/resend"))
        self.assertEqual(mails.wait_for(1)[0].recipients, ["ada@example.org"])

    def test_a_mail_server_that_is_away_holds_nobody_up_and_gets_the_mail_later(self):
        mails = self.mail_server()
        port = mails.port
        vault = self.serve(mails, "mail-away")
        mails.close()
        client = self.client(vault, owner=self.ADA)
        self.end(vault, client)
        waiting = harness.wait_until(
            lambda: [one for one in vault.list("notification-deliveries", state="waiting")["items"] if one["tries"]],
            "the first try")
        good = vault.client_at(hostile.about["token"] + "good", world=world)
        self.assertEqual(vault.reader_of(good).look_up(good).status, 200)
        mails = self.mail_server(port=port)
        vault.expect(204, vault.http.post(f"{DELIVERIES}/{waiting[0]['id']}/resend"))
        self.assertIn(client[0]["label"], mails.wait_for(1)[0].text)


class OnTheCommandLine(CommandLine):
    @classmethod
    def setUpClass(cls):
        cls.use(world, server)

    def setUp(self):
        self.receiver = WebhookReceiver(world)
        self.addCleanup(self.receiver.close)

    def test_a_webhook_from_its_creation_to_its_end(self):
        made = self.made("notification", "create", "--name", "shell", "--webhook", self.receiver.url, "--event", "failing",
                         "--event", "dying", "--trusted-ca-file", world.pki / "ca.pem", "--allow-address", LOOPBACK)
        self.receiver.secrets.append(made["secret"])
        self.assertTrue(self.made("notification", "test", "shell")["ok"])
        self.assertIn("shell", self.done("notification", "list").stdout)
        self.assertEqual(self.made("notification", "show", "SHELL")["events"], ["failing", "dying"])
        self.receiver.secrets = [self.made("notification", "rotate-secret", "shell")["secret"]]
        self.assertTrue(self.made("notification", "test", "shell")["ok"])
        self.receiver.status = 500
        self.run_as(self.admin, "notification", "test", "shell", code=UPSTREAM)
        self.receiver.close()
        self.run_as(self.admin, "notification", "test", "shell", code=TRY_AGAIN)
        self.assertEqual(self.made("notification", "resend", "shell"), {"resent": 0})
        self.assertEqual(self.listed("notification", "deliveries", "--state", "dead"), [])
        self.run_as(self.admin, "notification", "delete", "shell")
        self.assertEqual([one["name"] for one in self.listed("notification", "list")], ["shell"])
        self.done("notification", "delete", "shell", "--yes")
        self.run_as(self.admin, "notification", "show", "shell", code=NOT_FOUND)
        self.run_as(self.admin, "notification", "create", "--name", "x", code=USAGE)
        self.assertEqual(self.receiver.wrong, [])


if __name__ == "__main__":
    unittest.main()
