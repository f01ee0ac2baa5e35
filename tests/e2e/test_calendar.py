"""What will fail, in a calendar: a secret address that shows what its owner may see, for as long as they may."""
import datetime
import re
import unittest
import urllib.parse

import harness
from person import Person
from vault import API, Vault

QUICK = True


def setUpModule():
    global world, hostile, server, vault, admin, other
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    server = harness.Strongroom(world).start()
    vault = Vault(server)
    admin = Person.administrator(server)
    other = vault.create("projects", {"name": "Other"})


def in_days(days):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).replace(microsecond=0)


def dying(days, label=None, **members):
    """A client whose access token nothing renews."""
    endpoint = hostile.about["token"] + "good"
    system = vault.target_system(endpoint, "id", "secret", world=world, grant="authorization_code", project=None,
                                 endpoint_parameters={"token_endpoint": endpoint,
                                                      "authorization_endpoint": hostile.about["origin"] + "/authorize"})
    client = vault.client(system, label, **members)
    vault.expect(200, vault.http.post(f"{API}/oauth-clients/{client['id']}/import-tokens", {
        "access_token": "brought-along", "expires_at": in_days(days).strftime("%Y-%m-%dT%H:%M:%SZ")}))
    return client


def user(name, *roles):
    """Somebody who has signed in, with these roles: (name, project or None)."""
    made = vault.create("users", {"name": name})
    person = Person(server)
    vault.expect(200, person.sign_in(name, made["initial_password"]))
    vault.expect(200, person.change_password(made["initial_password"]))
    person.id = made["id"]
    person.group = vault.create("groups", {"name": f"group of {name}"})["id"]
    for role, project in roles:
        vault.create(f"groups/{person.group}/roles", {"role": role, "project": project})
    vault.expect(204, vault.http.request("PUT", f"{API}/groups/{person.group}/members/{person.id}"))
    return person


def new_address(person):
    """The path of its calendar."""
    answer = person.post("/calendar-feed")
    assert answer.status == 201, answer
    return urllib.parse.urlsplit(answer.json["url"]).path


def ask(path, method="GET", source=None, **headers):
    """As a calendar program does: without a key or a cookie."""
    client = server.client(source=source)
    try:
        return client.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    finally:
        client.close()


def lines_of(answer):
    """Unfolded (RFC 5545 section 3.1)."""
    assert answer.status == 200, answer
    text = answer.body.decode()
    assert text.endswith("\r\n") and not re.search(r"[^\r]\n|\r[^\n]", text), text
    assert all(len(line) <= 75 for line in answer.body.split(b"\r\n")), text
    return re.sub("\r\n ", "", text).split("\r\n")[:-1]


def unescaped(text):
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], text)


def events_of(answer):
    """By UID, with the first of each property."""
    events, event, depth = {}, {}, 0
    for line in lines_of(answer):
        name, _, value = line.partition(":")
        if name == "BEGIN" and value != "VCALENDAR":
            depth += 1
            event = {} if value == "VEVENT" else event
        elif name == "END" and value != "VCALENDAR":
            depth -= 1
            if value == "VEVENT":
                events[event["UID"]] = event
        elif depth == 1:
            event.setdefault(name, unescaped(value))
    return events


def clients_in(answer):
    """The ids of the clients that end."""
    return {uid[:36] for uid in events_of(answer)}


class Calendar(unittest.TestCase):
    def test_it_shows_what_ends_when_why_and_what_to_do(self):
        # field.md pain 4
        label = "Post, Zürich; 100\\ 😀 und noch sehr viel mehr Text, der nicht in eine Zeile passt 😀😀😀😀😀"
        client = dying(5, label, owner={"name": "Ada", "email": "ada@example.org"})
        robot = vault.robot(name="invoices")
        vault.grant(client, robot)
        late = dying(190)
        answer = ask(new_address(admin))
        self.assertEqual(answer.headers["Content-Type"], "text/calendar; charset=utf-8")
        self.assertEqual(answer.headers["Cache-Control"], "private, max-age=3600")
        lines = lines_of(answer)
        self.assertEqual(lines[:2] + lines[-1:], ["BEGIN:VCALENDAR", "VERSION:2.0", "END:VCALENDAR"])
        events = events_of(answer)
        event = events[f"{client['id']}-no_refresh_token@strongroom"]
        ends_at = vault.expect(200, vault.http.get(f"{API}/oauth-clients/{client['id']}/clocks"))["end"]["at"]
        self.assertEqual(event["DTSTART"], re.sub("[-:]", "", ends_at))
        self.assertEqual(event["SUMMARY"], f"{label} stops working")
        self.assertEqual(event["URL"], f"{server.origin}/repository/vault/oauth-clients/{client['id']}")
        self.assertEqual(event["DESCRIPTION"].split("\n"), [
            "Its access token ends, and nothing renews it.", "Have the owner of the account sign in again before then.", "",
            f"Target system: {client['question']['target_system']}", f"Project: {vault.project['name']}",
            "Owner: Ada, ada@example.org", f"Robots: {robot.members['path']}/invoices"])
        self.assertEqual(lines.count("TRIGGER:-P1W"), len(events))
        self.assertNotIn(late["id"], clients_in(answer))

    def test_a_credential_that_ends_is_one_entry_with_all_its_clients(self):
        system = vault.target_system(hostile.about["token"] + "good", "id", "unused", world=world, consumer_secrets=[
            {"value": "secret", "expires_on": in_days(12).strftime("%Y-%m-%d")}])
        for _ in range(3):
            vault.client(system)
        event = events_of(ask(new_address(admin)))[f"{system['id']}-credential@strongroom"]
        self.assertEqual(event["SUMMARY"], f"{system['name']} stops working: 3 OAuth clients")
        self.assertEqual(event["URL"], f"{server.origin}/repository/vault/target-systems/{system['id']}/edit")

    def test_it_is_read_again_only_when_something_changed(self):
        path = new_address(admin)
        first = ask(path)
        same = ask(path, If_None_Match=first.headers["ETag"])
        self.assertEqual((same.status, same.body, same.headers["ETag"]), (304, b"", first.headers["ETag"]))
        self.assertEqual(same.headers["Cache-Control"], "private, max-age=3600")
        plain = harness.Client(server.origin, server.ca_file)  # the contract has no HEAD
        self.addCleanup(plain.close)
        head = plain.request("HEAD", path)
        self.assertEqual((head.status, head.body, head.headers["ETag"]), (200, b"", first.headers["ETag"]))
        client = dying(30)
        changed = ask(path, If_None_Match=first.headers["ETag"])
        self.assertIn(client["id"], clients_in(changed))
        self.assertNotEqual(changed.headers["ETag"], first.headers["ETag"])

    def test_it_follows_what_its_owner_may_see_now(self):
        here, there = dying(20), dying(20, project=other["id"])
        person = user("of-one-project", ("Viewer", "Other"))
        path = new_address(person)
        shown = clients_in(ask(path))
        self.assertIn(there["id"], shown)
        self.assertNotIn(here["id"], shown)
        vault.create(f"groups/{person.group}/roles", {"role": "Viewer", "project": None})
        self.assertLessEqual({here["id"], there["id"]}, clients_in(ask(path)))
        vault.expect(204, vault.http.request("DELETE", f"{API}/groups/{person.group}/members/{person.id}"))
        self.assertEqual(events_of(ask(path)), {})

    def test_whoever_may_see_nothing_has_an_empty_one(self):
        dying(20)
        self.assertEqual(events_of(ask(new_address(user("of-nothing")))), {})


class Address(unittest.TestCase):
    def test_it_is_made_shown_once_and_revoked_by_its_owner(self):
        person = user("owner", ("Viewer", None))
        self.assertEqual(person.get("/calendar-feed").json, {"exists": False, "created_at": None})
        self.assertEqual(person.request("DELETE", "/calendar-feed").status, 204)  # there is none, which is no error
        first = new_address(person)
        self.assertRegex(first, r"^/calendar/srcf_[0-9A-Za-z]{49}\.ics$")
        about = person.get("/calendar-feed").json
        self.assertEqual(about["exists"], True)
        self.assertIsNotNone(about["created_at"])
        second = new_address(person)
        self.assertEqual((ask(first).status, ask(second).status), (404, 200))
        self.assertEqual(person.request("DELETE", "/calendar-feed").status, 204)
        self.assertEqual(ask(second).status, 404)
        self.assertEqual(person.get("/calendar-feed").json["exists"], False)

    def test_it_ends_with_its_owner_and_is_not_back_with_them(self):
        person = user("disabled", ("Viewer", None))
        path = new_address(person)
        self.assertEqual(vault.http.request("PATCH", f"{API}/users/{person.id}", {"disabled": True}).status, 200)
        self.assertEqual(ask(path).status, 404)
        self.assertEqual(vault.http.request("PATCH", f"{API}/users/{person.id}", {"disabled": False}).status, 200)
        self.assertEqual(ask(path).status, 404)
        gone = user("deleted", ("Viewer", None))
        path = new_address(gone)
        vault.expect(204, vault.delete("users", gone.id))
        self.assertEqual(ask(path).status, 404)

    def test_it_opens_nothing_else_and_nothing_else_opens_it(self):
        path = new_address(admin)
        token = path.removeprefix("/calendar/").removesuffix(".ics")
        self.assertEqual(server.client(token).get(f"{API}/projects").status, 401)
        for wrong in (token, token + ".ICS", vault.key + ".ics", token[:-1] + ".ics", "srcf_" + "A" * 49 + ".ics",
                      f"{token}.ics.ics", ".ics"):
            with self.subTest(wrong=wrong):
                self.assertEqual(ask(f"/calendar/{wrong}", source="127.0.0.21").status, 404)
        self.assertEqual(ask(path, "POST").status, 405)
        for method in ("GET", "POST", "DELETE"):  # a key has none of its own
            with self.subTest(method=method):
                self.assertEqual(vault.http.request(method, f"{API}/calendar-feed").status, 401)

    def test_a_first_password_makes_none(self):
        made = vault.create("users", {"name": "first-password"})
        person = Person(server)
        self.assertEqual(person.sign_in("first-password", made["initial_password"]).status, 200)
        refused = person.post("/calendar-feed")
        self.assertEqual((refused.status, refused.json["type"]), (403, "/problems/password_change_needed"))

    def test_who_tries_addresses_has_to_wait_and_whoever_has_one_does_not(self):
        path, source = new_address(admin), "127.0.0.22"
        wrong = "/calendar/srcf_" + "A" * 49 + ".ics"
        answers = [ask(wrong, source=source) for _ in range(60)]
        self.assertEqual([one.status for one in answers[:20]], [404] * 20)
        last = answers[-1]
        self.assertEqual((last.status, last.json["retry_after"] > 0), (429, True))
        self.assertEqual(ask(path, source=source).status, 200)

    def test_it_is_written_down_nowhere_and_that_it_was_made_is(self):
        person = user("watched", ("Viewer", None))
        path = new_address(person)
        self.assertEqual(ask(path).status, 200)
        self.assertEqual(person.request("DELETE", "/calendar-feed").status, 204)
        self.assertEqual(ask(path).status, 404)
        events = [one["event"] for one in vault.list("audit-events", page_size=1000)["items"]]
        of_person = [one["action"] for one in events if one.get("subject_id") == person.id]
        self.assertEqual([one for one in of_person if one.startswith("calendar_feed.")],
                         ["calendar_feed.revoked", "calendar_feed.created"])
        secret = path.removeprefix("/calendar/")[5:40]
        self.assertNotIn(secret, str(events))
        self.assertNotIn(secret, server.log)
        self.assertNotIn(secret, server.metrics())


class Restarts(unittest.TestCase):
    def test_an_address_works_after_a_restart_and_a_revoked_one_does_not(self):
        own = harness.Strongroom(world, name="restarted").start()
        self.addCleanup(own.stop)
        person = Person.administrator(own)
        paths = [urllib.parse.urlsplit(person.post("/calendar-feed").json["url"]).path for _ in range(2)]
        own.restart()
        client = own.client()
        self.assertEqual([client.get(path).status for path in paths], [404, 200])


if __name__ == "__main__":
    unittest.main()
