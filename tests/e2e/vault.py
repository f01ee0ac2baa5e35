"""A vault to look things up in: what an administrator sets up, through the REST API.

The one place of the end-to-end tests that knows the names of paths and members.
"""
import itertools

API = "/api/v1"
LOOKUP = API + "/lookup/oauth-clients"
SECRET_LOOKUP = API + "/lookup/secrets"
LOOPBACK = "127.0.0.1/32"


class ApiError(Exception):
    """An administrative request was refused; the tests did not expect it to be."""


class Robot:
    """A robot's own view: its key, and how it asks."""

    def __init__(self, vault, members, key):
        self.id = members["id"]
        self.members = members
        self.key_id = key["id"]
        self.key = key["key"]
        self.http = vault.server.client(self.key)

    def look_up(self, client, min_ttl=None, **query):
        """`client` is what make_client answered."""
        query = client["question"] | ({} if min_ttl is None else {"min_ttl": min_ttl}) | query
        return self.http.get(LOOKUP, query=query)

    def look_up_id(self, client_id, min_ttl=None):
        return self.http.get(f"{LOOKUP}/{client_id}",
                             query=None if min_ttl is None else {"min_ttl": min_ttl})

    def header_for(self, client, url, method="GET", http=None, **more):
        """What a request to `url` has to carry."""
        return (http or self.http).post(f"{LOOKUP}/{client['id']}/authorization-header",
                                        {"method": method, "url": url} | more)

    def look_secret_up(self, secret, **more):
        """`secret` is what Vault.secret answered."""
        return self.http.get(SECRET_LOOKUP, query=secret["question"], **more)

    def look_secret_up_id(self, secret_id, **more):
        return self.http.get(f"{SECRET_LOOKUP}/{secret_id}", **more)


class Vault:
    """An administrator of one running Strongroom."""

    def __init__(self, server):
        self.server = server
        self.serial = itertools.count(1)
        self.key = server.admin_key()
        self.http = server.client(self.key)
        self.project = self.find("projects", "Default project")

    def reconnect(self):
        """After the server was restarted: it may listen elsewhere."""
        self.http = self.server.client(self.key)

    def name(self, what):
        return f"{what} {next(self.serial)}"

    def expect(self, status, answer):
        if answer.status != status:
            raise ApiError(f"expected {status}, got {answer!r}")
        return answer.json if answer.body else None

    def create(self, collection, members):
        return self.expect(201, self.http.post(f"{API}/{collection}", members))

    def get(self, collection, id):
        return self.expect(200, self.http.get(f"{API}/{collection}/{id}"))

    def list(self, collection, **query):
        return self.expect(200, self.http.get(f"{API}/{collection}", query=query))

    def find(self, collection, name):
        return next(one for one in self.list(collection, filter=name)["items"]
                    if one["name"] == name)

    def update(self, collection, id, changes, method="PATCH"):
        current = self.http.get(f"{API}/{collection}/{id}")
        return self.http.request(method, f"{API}/{collection}/{id}", changes,
                                 headers={"If-Match": current.headers["ETag"]})

    def delete(self, collection, id):
        return self.http.request("DELETE", f"{API}/{collection}/{id}")

    def target_system(self, token_endpoint, consumer_key, consumer_secret, *, world, **more):
        """A generic OAuth 2.0 target system at a server on this machine with a private CA."""
        members = {
            "name": self.name("target system"), "project": self.project["id"],
            "service_provider": "generic", "grant": "client_credentials",
            "consumer_key": consumer_key, "consumer_secrets": [{"value": consumer_secret}],
            "endpoint_parameters": {"token_endpoint": token_endpoint},
            "trusted_ca_pem": world.ca_pem, "allowed_addresses": [LOOPBACK],
        }
        return self.create("target-systems", members | more)

    def issuer_system(self, issuer, *, world, **more):
        """What is posted for a target system that knows its issuer alone."""
        return {"name": self.name("target system"), "project": self.project["id"],
                "service_provider": "issuer", "issuer": issuer, "consumer_key": "key",
                "consumer_secret": "secret", "trusted_ca_pem": world.ca_pem,
                "allowed_addresses": [LOOPBACK]} | more

    def client(self, target_system, label=None, **more):
        label = label or self.name("label")
        made = self.create("oauth-clients", {"project": self.project["id"], "label": label,
                                             "target_system": target_system["id"]} | more)
        return made | {"question": {"project": self.project["name"], "label": label,
                                    "target_system": target_system["name"]}}

    def client_at(self, endpoint, consumer_key="id", consumer_secret="secret", *, world, **more):
        """A client of a target system of its own."""
        return self.client(self.target_system(endpoint, consumer_key, consumer_secret,
                                              world=world, **more))

    def robot(self, name=None, path="finance/invoices", **more):
        members = self.create("robots", {"project": self.project["id"], "path": path,
                                         "name": name or self.name("robot")} | more)
        return Robot(self, members, self.robot_key(members["id"]))

    def robot_key(self, robot_id):
        return self.expect(201, self.http.post(f"{API}/robots/{robot_id}/keys", {}))

    def revoke_key(self, robot):
        return self.delete(f"robots/{robot.id}/keys", robot.key_id)

    def grant(self, client, robot=None, path_pattern=None):
        who = {"robot": robot.id} if robot else {"path_pattern": path_pattern}
        return self.create("robot-access", {"oauth_client": client["id"]} | who)

    def reader_of(self, *clients):
        """A new robot that may read these clients."""
        robot = self.robot()
        for client in clients:
            self.grant(client, robot)
        return robot

    def plain_system(self, **more):
        """A target system without OAuth."""
        return self.create("target-systems", {"name": self.name("target system"), "oauth_enabled": False,
                                              "project": self.project["id"]} | more)

    def secret(self, system, value="a-secret-value", label=None, **more):
        """A secret of a target system; it has kept neither the value nor what protects it."""
        label = label or self.name("secret")
        made = self.create("secrets", {"project": self.project["id"], "target_system": system["id"],
                                       "label": label, "kind": "password", "value": value} | more)
        return made | {"question": {"project": self.project["name"], "target_system": system["name"],
                                    "label": label}}

    def grant_secret(self, secret, robot=None, path_pattern=None):
        who = {"robot": robot.id} if robot else {"path_pattern": path_pattern}
        return self.create("secret-access", {"secret": secret["id"]} | who)

    def secret_reader_of(self, *secrets, **more):
        """A new robot that may read these secrets."""
        robot = self.robot(**more)
        for secret in secrets:
            self.grant_secret(secret, robot)
        return robot

    def retrieve(self, client):
        return self.http.post(f"{API}/oauth-clients/{client['id']}/retrieve-tokens")

    def audit_events(self, **query):
        return self.list("audit-events", **query)

    def sign_in_system(self, provider, *, world, scopes=("openid", "offline_access", "email", "api:read"),
                       **more):
        """A target system at tests/servers/sign_in_provider.mjs, registered there with its callback."""
        return self.sign_in_systems(provider, more | {"scopes": list(scopes)}, world=world)[0]

    def sign_in_systems(self, provider, *systems, world):
        """The same for several, of which each has what is given; one registration is for all of them."""
        made = [self.create("target-systems", {
            "name": self.name("target system"), "project": self.project["id"],
            "service_provider": "issuer", "grant": "authorization_code",
            "issuer": provider.about["issuer"],
            "trusted_ca_pem": world.ca_pem, "allowed_addresses": [LOOPBACK]} | one) for one in systems]
        registered = self.expect(201, provider.client.post("/reg", {
            "redirect_uris": [one["callback_url"] if one["callback"] in ("own", "plain")
                              else provider.about["shows_code"] for one in made],
            "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
            "token_endpoint_auth_method": "client_secret_basic",
            "scope": " ".join(sorted({scope for one in made for scope in one["scopes"]}))}))
        keys = {"consumer_key": registered["client_id"],
                "consumer_secret": registered["client_secret"]}
        return [self.expect(200, self.update("target-systems", one["id"], keys)) for one in made]

    def authorize(self, client):
        """A new link for somebody to sign in with."""
        path = f"{API}/oauth-clients/{client['id']}/authorizations"
        return self.expect(201, self.http.post(path))

    def authorization(self, made):
        return self.get("authorizations", made["id"])

    def enter_verifier(self, made, verifier):
        return self.http.post(f"{API}/authorizations/{made['id']}/verifier", {"verifier": verifier})

    def confirm(self, made):
        return self.http.post(f"{API}/authorizations/{made['id']}/confirm")
