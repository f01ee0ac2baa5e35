"""Robots that prove who they are in every way, for each case of the robots' table in docs/permissions.md."""
import dataclasses
import threading

import permission_table as permissions
from client_pair import Pair, openssl
from permission_table import FOREIGNER, NO_RUNNER, NOBODY, READER, SERVES, SERVES_OTHERS, STRANGER
from person import COOKIE
from vault import API, LOOPBACK, Robot
from workload_issuer import Issuer

AUDIENCE = "https://strongroom.example"
PATH = "finance"
FREE_FAILURES = 15  # wrong keys are slowed down by address; fewer than that are not


@dataclasses.dataclass
class Asker:
    """What is sent to show who asks."""
    key: str | None = None    # or a token: what stands after Bearer
    pair: Pair | None = None  # the certificate that is shown
    headers: dict = dataclasses.field(default_factory=dict)


def certificate_identity(world, subject):
    told = openssl("x509", "-in", world.pki / "ca.pem", "-noout", "-fingerprint", "-sha256")
    return {"kind": "certificate", "ca_sha256": told.strip().split("=")[1], "subject": subject}


class Askers:
    """All of them, as by_row[who, case]; they come from addresses that have not been slowed down."""

    def __init__(self, bed):
        self.bed, self.vault = bed, bed.vault
        self.issuer = Issuer(bed.world, "workload-issuer")
        self._addresses = (f"127.1.{high}.{low}" for high in range(1, 250) for low in range(1, 250))
        self._asked = 0
        self._lock = threading.Lock()
        self.client = self.vault.client_at(bed.hostile.about["token"] + "good", world=bed.world)
        self.secret = self.vault.secret(self.vault.plain_system())
        robots = {READER: self._robot(bed.own), STRANGER: self._robot(bed.own), FOREIGNER: self._robot(bed.foreign)}
        self.vault.grant(self.client, robots[READER])
        self.vault.grant_secret(self.secret, robots[READER])
        self.by_row = {("person_key", ""): Asker(bed.holders["Administrator", False].key["key"]),
                       ("person_session", ""): self._session(), (NOBODY, ""): Asker()}
        for method in bed.table["robot_methods"]:
            make = getattr(self, method)
            self.by_row |= {(method, case): make(robot) for case, robot in robots.items()}
            self.by_row |= {(method, case): asker
                            for case, asker in getattr(self, "unfit_" + method)(robots[READER]).items()}

        self._make_launchers()

    def _make_launchers(self):
        """Who launches a Basic Engine Robot, as by_launch_row[who, case]."""
        boxed = self.vault.client(self.vault.get("target-systems", self.client["target_system"]),
                                  allow_basic_engine_robots=True)
        self.launched = self.vault.create("robots", {"project": self.bed.own["id"], "path": PATH,
                                                     "name": "Launched", "kind": "basic_engine"})
        self.vault.expect(200, self.vault.update(
            "robots", self.launched["id"] + "/inputs", {"items": [{"name": "mail", "oauth_client": boxed["id"]}]}, "PUT"))
        self.by_launch_row = {row: asker for row, asker in self.by_row.items() if row[1] == ""}
        for method in self.bed.table["robot_methods"]:
            if method in permissions.LOOKS_UP_ONLY:
                continue
            robots = {SERVES: self._machine(PATH), SERVES_OTHERS: self._machine("sales"),
                      NO_RUNNER: self._robot(self.bed.own)}
            self.by_launch_row |= {(method, case): getattr(self, method)(robot) for case, robot in robots.items()}
            self.by_launch_row |= {(method, case): self.by_row[method, case]
                                   for case in permissions.ROBOT_METHODS[method][1]}

    def _machine(self, path):
        return self.vault.robot(path="machines", kind="runner", serves=[path], project=self.bed.own["id"])

    def request(self, who, *words, headers=None, **more):
        """Addresses share buckets by their hash: what another one's failures slow down is asked from elsewhere."""
        for _ in range(5):
            answer = self._request(who, *words, headers=headers, **more)
            if answer.status != 429:
                break
            with self._lock:
                self._asked = 0
        return answer

    def _request(self, who, *words, headers=None, **more):
        with self._lock:
            if self._asked % FREE_FAILURES == 0:
                self._address = next(self._addresses)
            self._asked += 1
            address = self._address
        http = self.bed.server.client(who.key, address, who.pair)
        if not words[1].startswith(API):
            http = self.bed.pages(who.key)
        try:
            return http.request(*words, headers=who.headers | (headers or {}), **more)
        finally:
            http.close()

    def _robot(self, project):
        return self.vault.robot(path=PATH, project=project["id"])

    def _session(self):
        person = self.bed.holders["Administrator", False].person()
        return Asker(headers={"Cookie": f"{COOKIE}={person.cookie}", "X-CSRF-Token": person.session["csrf_token"]})

    def _identify(self, robot, members):
        self.vault.expect(201, self.vault.http.post(f"{API}/robots/{robot.id}/identities", members))

    # Each method of the table, for a robot, and what it has beside the cases that all have.

    def key(self, robot):
        return Asker(robot.key)

    def unfit_key(self, robot):
        made = self.vault.robot_key(robot.id)
        self.vault.expect(204, self.vault.revoke_key(Robot(self.vault, robot.members, made)))
        return {"it was revoked": Asker(made["key"])}

    def restricted_key(self, robot, addresses="127.0.0.0/8"):
        # Two keys live at a time, so that each such robot is another one.
        robot = self._twin(robot)
        made = self.vault.expect(201, self.vault.http.post(
            f"{API}/robots/{robot.id}/keys", {"restrictions": {"addresses": [addresses]}}))
        return Asker(made["key"])

    def unfit_restricted_key(self, robot):
        return {"it is used from another address": self.restricted_key(robot, "10.0.0.0/8")}

    def _twin(self, robot):
        """Another robot that may read what this one may."""
        twin = self._robot({"id": robot.members["project"]})
        rules = self.vault.list("robot-access", robot=robot.id)["items"]
        for rule in rules:
            self.vault.grant({"id": rule["oauth_client"]}, twin)
        for rule in self.vault.list("secret-access", robot=robot.id)["items"]:
            self.vault.grant_secret({"id": rule["secret"]}, twin)
        return twin

    def workload_token(self, robot):
        subject = f"system:serviceaccount:{robot.id}"
        self._identify(robot, {"kind": "token", "issuer": self.issuer.url, "audience": AUDIENCE,
                               "claims": {"sub": subject}, "trusted_ca_pem": self.bed.world.ca_pem,
                               "allowed_addresses": [LOOPBACK]})
        return Asker(self.issuer.sign({"aud": AUDIENCE, "sub": subject}))

    def unfit_workload_token(self, _):
        return {"its claims are no robot's": Asker(self.issuer.sign({"aud": AUDIENCE, "sub": "somebody"}))}

    def _pair(self, name):
        return Pair(self.bed.world.directory, name, self.bed.world.pki)

    def client_certificate(self, robot):
        pair = self._pair(robot.id)
        self._identify(robot, certificate_identity(self.bed.world, pair.subject))
        return Asker(pair=pair)

    def unfit_client_certificate(self, _):
        return {"its name is no robot's": Asker(pair=self._pair("somebody"))}

    def _runner(self, name, serves=PATH):
        runner = self.vault.robot(path="machines", kind="runner", serves=[serves])
        return Asker(runner.key, headers={"X-Strongroom-Robot": name} if name else {})

    def runner_key(self, robot):
        return self._runner(f"{PATH}/{robot.members['name']}")

    def unfit_runner_key(self, robot):
        return {"that robot is outside its paths": self._runner(f"{PATH}/{robot.members['name']}", "sales"),
                "it names nobody": self._runner("")}
