"""A server with somebody for every role and robots of every kind, and whatever they are asked about."""
import concurrent.futures
import itertools
import subprocess
import threading

import harness
import own_provider
import permission_table as permissions
from permission_robots import certificate_identity
from person import Person
from vault import API, LOOPBACK, Vault

NOTHING = "01890000-0000-7000-8000-000000000000"  # the id of nothing


LANES = 6  # threads that ask; each waits for the server most of the time


class Administrator(Vault):
    """With a connection for each thread."""

    def __init__(self, server):
        self._of_thread = threading.local()
        super().__init__(server)

    @property
    def http(self):
        if not hasattr(self._of_thread, "http"):
            self._of_thread.http = self.server.client(self.key)
        return self._of_thread.http

    @http.setter
    def http(self, client):
        self._of_thread.http = client


class Holder:
    """A user who has one role, everywhere or in the own project, with a key and a session."""

    def __init__(self, bed, role, project):
        vault = bed.vault
        self.bed, self.role = bed, role
        self.name = vault.name(role["name"])
        made = vault.create("users", {"name": self.name})
        self.id = made["id"]
        group = vault.create("groups", {"name": self.name})["id"]
        vault.create(f"groups/{group}/roles", {"role": role["name"], "project": project})
        vault.expect(204, vault.http.request("PUT", f"{API}/groups/{group}/members/{self.id}"))
        self.key = self.another_key()
        self.http = bed.server.client(self.key["key"])
        self._person = bed.signed_in(self.name, made["initial_password"])
        with bed.signing:
            vault.expect(200, self._person.change_password(made["initial_password"]))

    def another_key(self):
        """Made on the server's own host, since not every role may make keys."""
        return self.bed.key_for(self.name, self.role["permissions"])

    def another_session(self):
        return self.bed.signed_in(self.name)

    def person(self):
        """Signed in, whatever was asked before; it is kept for who asks next."""
        if self._person.get("/session").status != 200:
            self._person = self.another_session()
        return self._person


class Bed:
    """The makers of things take the cell for which they make it, for its project and who asks."""

    def __init__(self, world):
        self.world = world
        authority = world.pki
        self.server = harness.Strongroom(world, env={
            "STRONGROOM_SERVER__CLIENT_CA_FILE": str(authority / "ca.pem")}).start()
        self.vault = Administrator(self.server)
        self.hostile = world.hostile()
        self.sign_in = world.sign_in_provider()
        self.table = permissions.load(harness.BINARY)
        self.own = self.vault.project
        self.foreign = self.vault.create("projects", {"name": "Foreign"})
        self.shared = {}
        self.terminals = itertools.count(1)
        self.lock = threading.RLock()  # for what is shared, and the one connection to the hostile server
        self.signing = threading.Lock()  # few may sign in at once
        kinds = list(itertools.product(self.table["roles"], (False, True)))
        made = self.at_once(lambda kind: Holder(self, kind[0], self.own["id"] if kind[1] else None), kinds)
        self.holders = {(role["name"], in_own): holder for (role, in_own), holder in zip(kinds, made)}

    @staticmethod
    def at_once(work, parts):
        """The results of `work` for each part, in their order."""
        with concurrent.futures.ThreadPoolExecutor(LANES) as pool:
            return list(pool.map(work, parts))

    def pages(self, key=None):
        """A client for pages, which are no part of the contract that answers are held against."""
        return harness.Client(self.server.origin, self.server.ca_file, key)

    @property
    def every_permission(self):
        return next(one["permissions"] for one in self.table["roles"] if one["name"] == "Administrator")

    def key_for(self, user, permissions_of_it):
        wanted = (word for name in permissions_of_it for word in ("--permission", name))
        made = self.world.run("api-key", "create", "--data", self.server.data, "--user", user, *wanted)
        key = made.stdout.split()[-1]
        about = self.server.client(key).get(f"{API}/whoami").json
        return {"key": key, "id": about["api_key"]["id"]}

    def signed_in(self, user, password=Person.PASSWORD):
        person = Person(self.server)
        with self.signing:
            self.vault.expect(200, person.sign_in(user, password))
        return person

    # Things. What is made has at least "id"; its other members are the path's other parameters.

    def make(self, kind, cell):
        if not kind:
            return {"id": NOTHING}
        if kind.startswith("deleted "):
            return self.deleted(kind.removeprefix("deleted "), cell)
        return getattr(self, kind)(cell)

    def of(self, kind, cell):
        """One that is not changed by what is asked, for all cells."""
        key = kind, cell.project["id"]
        with self.lock:
            if key not in self.shared:
                self.shared[key] = self.make(kind, cell)
            return self.shared[key]

    def project(self, cell):
        return cell.project

    def new_project(self, _):
        return self.vault.create("projects", {"name": self.vault.name("project")})

    def deleted(self, kind, cell):
        made = self.make(kind, cell)
        collection = {"system": "target-systems", "oauth_client": "oauth-clients", "robot": "robots",
                      "new_project": "projects", "secret": "secrets"}[kind]
        self.vault.expect(200, self.vault.delete(collection, made["id"]))
        return made

    def provider(self, _):
        return {"id": "generic"}

    def new_provider(self, _):
        """The id of an entry that is not there."""
        return {"id": self.vault.name("own-provider").replace(" ", "-")}

    def own_provider(self, cell):
        made = self.new_provider(cell)
        self.vault.expect(201, self.vault.http.request(
            "PUT", f"{API}/service-providers/{made['id']}",
            own_provider.entry(made["id"], "https://id.own.example/token")))
        return made

    def system(self, cell, **more):
        return self.vault.target_system(self.hostile.about["token"] + "good", "id", "secret",
                                        world=self.world, **{"project": cell.project["id"]} | more)

    def issuer(self, cell):
        with self.lock:
            issuer = self.hostile.issuer(self.vault.name("issuer").replace(" ", "-"), "good")
        return self.vault.create("target-systems", self.vault.issuer_system(
            issuer, world=self.world, project=cell.project["id"]))

    def held(self, cell):
        """A target system whose new destination waits for approval."""
        system = self.system(cell)
        self.vault.expect(200, self.vault.update("target-systems", system["id"], {
            "endpoint_parameters": {"token_endpoint": self.hostile.about["token"] + "slow"}}))
        return system

    def certified(self, cell):
        """A target system with a client key, and a certificate for it."""
        made = self.system(cell, consumer_secrets=[], client_keys=[{"generate": "p256"}])
        asked = self.vault.http.get(f"{API}/target-systems/{made['id']}/certificate-request",
                                    query={"common_name": "robots"})
        (self.world.directory / "asked.csr").write_bytes(asked.body)
        issued = subprocess.run(
            ["openssl", "x509", "-req", "-in", "asked.csr", "-days", "2", "-CA", self.world.pki / "ca.pem",
             "-CAkey", self.world.pki / "ca.key", "-CAcreateserial"],
            cwd=self.world.directory, check=True, capture_output=True, text=True).stdout
        self.vault.expect(200, self.vault.update("target-systems", made["id"],
                                                 {"client_certificates": [{"certificate": issued}]}))
        return made

    def oauth_client(self, cell):
        return self.vault.client(self.of("system", cell), project=cell.project["id"])

    def retrieved(self, cell):
        client = self.oauth_client(cell)
        self.vault.expect(200, self.vault.retrieve(client))
        return client

    def code_system(self, cell):
        return self.vault.create("target-systems", {
            "name": self.vault.name("signed in"), "project": cell.project["id"], "service_provider": "generic",
            "grant": "authorization_code", "callback": "blank", "consumer_key": "key",
            "consumer_secret": "secret", "trusted_ca_pem": self.world.ca_pem, "allowed_addresses": [LOOPBACK],
            "endpoint_parameters": {"token_endpoint": self.hostile.about["token"] + "good",
                                    "authorization_endpoint": "https://login.example.org/authorize"}})

    def code_client(self, cell):
        return self.vault.client(self.of("code_system", cell), project=cell.project["id"])

    def password_client(self, cell):
        system = self.vault.create("target-systems", {
            "name": self.vault.name("legacy"), "project": cell.project["id"], "service_provider": "generic-password",
            "grant": "password", "consumer_key": "key", "consumer_secret": "secret",
            "trusted_ca_pem": self.world.ca_pem, "allowed_addresses": [LOOPBACK],
            "endpoint_parameters": {"token_endpoint": self.hostile.about["token"] + "good"}})
        return self.vault.client(system, project=cell.project["id"])

    def authorization(self, cell):
        return self.vault.authorize(self.code_client(cell))

    def robot(self, cell, **more):
        return self.vault.create("robots", {"project": cell.project["id"], "name": self.vault.name("robot")} | more)

    def basic_engine_robot(self, cell):
        return self.robot(cell, kind="basic_engine")

    def robot_with_key(self, cell):
        made = self.robot(cell)
        return made | {"key_id": self.vault.robot_key(made["id"])["id"]}

    def robot_with_identity(self, cell):
        made = self.robot(cell)
        identity = self.vault.expect(201, self.vault.http.post(
            f"{API}/robots/{made['id']}/identities", certificate_identity(self.world, "CN=somebody")))
        return made | {"identity_id": identity["id"]}

    def rule(self, cell):
        return self.vault.grant(self.of("oauth_client", cell), path_pattern=self.vault.name("path"))

    def secret(self, cell):
        return self.vault.secret(self.of("system", cell), project=cell.project["id"])

    def secret_of_two(self, cell):
        """A secret with a second value beside the current one."""
        made = self.secret(cell)
        values = self.vault.expect(200, self.vault.http.post(
            f"{API}/secrets/{made['id']}/values", {"value": "another"}))["values"]
        return {"id": made["id"], "value": values[1]["id"]}

    def secret_rule(self, cell):
        return self.vault.grant_secret(self.of("secret", cell), path_pattern=self.vault.name("path"))

    def stop(self, cell):
        """A kill, of a client that nobody else asks about."""
        return self.vault.create("kills", {"oauth_client": self.oauth_client(cell)["id"], "reason": "Leaked.",
                                           "revoke_upstream": False})

    def api_key(self, _):
        return self.vault.create("api-keys", {"name": self.vault.name("key"), "permissions": ["view"]})

    def user(self, _):
        name = self.vault.name("user")
        return self.vault.create("users", {"name": name, "email": name.replace(" ", "-") + "@example.org"})

    def user_with_session(self, cell):
        made = self.user(cell)
        self.signed_in(made["name"], made["initial_password"])
        return made | {"session": self.vault.list(f"users/{made['id']}/sessions")["items"][0]["id"]}

    def group(self, _):
        return self.vault.create("groups", {"name": self.vault.name("group")})

    def member(self, cell):
        group, user = self.group(cell), self.user(cell)
        self.vault.expect(204, self.vault.http.request("PUT", f"{API}/groups/{group['id']}/members/{user['id']}"))
        return {"id": group["id"], "user": user["id"]}

    def group_role(self, cell):
        group = self.group(cell)
        granted = self.vault.create(f"groups/{group['id']}/roles", {"role": "Viewer", "project": cell.project["id"]})
        return {"id": group["id"], "role": granted["id"]}

    def role(self, _):
        return self.vault.create("roles", {"name": self.vault.name("role"), "permissions": ["view"]})

    def sign_on(self, _):
        return self.vault.create("single-sign-on", self.sign_on_settings() | {"client_secret": "secret"})

    def sign_on_settings(self):
        return {"label": self.vault.name("Provider"), "issuer": self.sign_in.about["issuer"], "client_id": "id",
                "trusted_ca_pem": self.world.ca_pem, "allowed_addresses": [LOOPBACK]}

    def webhook(self, cell):
        return self.vault.create("notification-targets", self.webhook_settings(self.vault.name("webhook")))["target"]

    def webhook_settings(self, name):
        return {"name": name, "url": "https://127.0.0.1:1/", "events": ["failing"], "allowed_addresses": [LOOPBACK]}

    def user_with_account(self, cell):
        made = self.user(cell)
        account = self.vault.create(f"users/{made['id']}/single-sign-on-accounts", {
            "provider": self.of("sign_on", cell)["id"], "subject": made["name"]})
        return {"id": made["id"], "account": account["id"]}

    def terminal(self, _):
        """One that waits for somebody to approve it, at an address of its own: few may wait at one."""
        number = next(self.terminals)
        http = self.server.client(source=f"127.2.{number // 250}.{number % 250 + 1}")
        waiting = self.vault.expect(200, http.post(f"{API}/terminal-sign-ins", {"host": "laptop"}))
        http.close()
        return {"id": NOTHING, "user_code": waiting["user_code"]}

    # What is the asker's own.

    def asked_authorization(self, cell):
        """Confirmed by nobody but who asked for it."""
        if permissions.ALLOWED != cell.wanted:
            return self.of("authorization", cell)
        path = f"{API}/oauth-clients/{self.code_client(cell)['id']}/authorizations"
        return self.vault.expect(201, cell.holder.http.post(path))

    def own_key(self, cell):
        return cell.holder.another_key()

    def own_user(self, cell):
        return {"id": cell.holder.id}

    def own_session(self, cell):
        """Another session of who asks."""
        if not cell.holder:
            return {"id": NOTHING}
        person = cell.holder.another_session()
        here = next(one for one in person.get("/sessions").json["items"] if one["is_this_one"])
        return {"id": here["id"]}

    def own_session_of_user(self, cell):
        return {"id": cell.holder.id, "session": self.own_session(cell)["id"]}
