"""How each route is asked in test_permissions.py, so that nothing but the permission is in the way.

A route asks about a thing of the kind that KINDS has for its collection, with an empty body; one that
is asked otherwise stands in CALLS, by its method and its path without /api/v1:

    "POST /robots/{id}/identities": Ask(body=lambda cell: {"kind": …}),

A `kind` is a maker of permission_bed.Bed. What asks for a body, gets none and answers 400 fails the test.
"""
import dataclasses
from collections.abc import Callable

import own_provider
from permission_robots import certificate_identity
from person import Person
from vault import API


@dataclasses.dataclass
class Ask:
    """`body`, `query`: of the cell, which has `project`, `thing`, `bed`, of(kind), make(kind) and name()."""
    kind: str | None = None
    body: Callable | None = None
    query: dict | None = None
    passed: dict = dataclasses.field(default_factory=dict)  # answer -> why it shows that rights were no obstacle
    revision: bool | None = None  # sends If-Match; None: as PATCH does
    own: str = ""      # the kind of thing that is one's own, where one's own need no permission
    by_own_key: bool = False      # that thing is a key, and asks itself
    in_own_session: bool = False  # what is one's own is asked for in a session alone; keys have nothing
    others: str = "403"           # what somebody is answered about the things of others


# The kind of thing that {id} stands for, by collection.
KINDS = {"projects": "project", "service-providers": "provider", "target-systems": "system",
         "oauth-clients": "oauth_client", "authorizations": "authorization", "robots": "robot",
         "robot-access": "rule", "secrets": "secret", "secret-access": "secret_rule", "kills": "stop", "api-keys": "api_key", "users": "user", "groups": "group",
         "roles": "role", "single-sign-on": "sign_on",
         "notification-targets": "webhook"}


def name_of(route):
    return f"{route['method']} {route['pattern'].removeprefix(API)}"


def ask_of(route):
    """None: nobody has said how it is asked."""
    ask = CALLS.get(name_of(route))
    _, collection, *more = route["pattern"].removeprefix(API).split("/")
    kind = KINDS.get(collection) if more and more[0] == "{id}" else None
    if kind and route["pattern"].endswith("/{id}/restore"):
        kind = "deleted " + ("new_project" if kind == "project" else kind)
    if ask is None and (kind or "{" not in route["pattern"]):
        ask = Ask()
    return dataclasses.replace(ask, kind=ask.kind or kind) if ask else None


def changed(_):
    return {"description": "changed"}


def named(cell):
    return {"name": cell.name()}


def named_in_project(**members):
    """A body that names the cell's project."""
    return lambda cell: {"project": cell.project["id"], "name": cell.name()} | members


def nothing(_):
    return {}


UNKNOWN_TICKET = {404: "the link is unknown, as it is to everybody"}
UNKNOWN_PROVIDER = {404: "there is no such button"}
NO_BACKUPS = {"no_backup_directory": "the server keeps none"}
NO_STATE = {400: "nobody comes back without a state"}
INCOMPLETE = {"invalid_argument": "what is to be shown is missing"}
UNDESCRIBED = {"resource_unreadable": "the resource does not describe itself"}
NO_FACTOR = {"no_second_factor": "there is none", "no_pending_second_factor": "none has begun"}

CALLS = {
    "PUT /service-providers/{id}": Ask("new_provider", lambda cell: own_provider.entry(
        cell.thing["id"], "https://id.own.example/token")),
    "DELETE /service-providers/{id}": Ask("own_provider"),
    "POST /projects": Ask(body=named),
    "PATCH /projects/{id}": Ask(body=changed),
    "DELETE /projects/{id}": Ask("new_project"),
    "POST /projects/{id}/export": Ask(body=nothing),
    "POST /target-systems": Ask(body=named_in_project(
        service_provider="generic", grant="client_credentials", consumer_key="id", consumer_secret="secret",
        endpoint_parameters={"token_endpoint": "https://id.example/token"})),
    "PATCH /target-systems/{id}": Ask(body=changed),
    "POST /target-systems/{id}/approve-destination": Ask("held", revision=True),
    "POST /target-systems/{id}/discover": Ask("issuer"),
    "POST /resource-discoveries": Ask(body=lambda cell: {
        "resource": cell.bed.hostile.about["origin"] + "/none", "trusted_ca_pem": cell.bed.world.ca_pem,
        "allowed_addresses": ["127.0.0.1"]}, passed=UNDESCRIBED),
    "POST /target-systems/{id}/registration": Ask(body=nothing, passed={409: "its server registers nobody"}),
    "DELETE /target-systems/{id}/registration": Ask(passed={409: "it did not register by itself"}),
    "GET /target-systems/{id}/jwks": Ask("certified"),
    "GET /target-systems/{id}/certificate-request": Ask("certified", query={"common_name": "robots"}),
    "GET /target-systems/{id}/certificate": Ask("certified"),
    "POST /oauth-clients": Ask(body=lambda cell: {
        "project": cell.project["id"], "target_system": cell.of("system")["id"], "label": cell.name()}),
    "PATCH /oauth-clients/{id}": Ask(body=lambda cell: {"disabled": True}),
    "POST /oauth-clients/{id}/revoke-tokens": Ask("retrieved"),
    "GET /oauth-clients/{id}/last-exchange": Ask("retrieved"),
    "GET /oauth-clients/{id}/exchanges": Ask("retrieved"),
    "POST /oauth-clients/{id}/dry-run": Ask("retrieved"),
    "POST /oauth-clients/{id}/verify": Ask("retrieved", passed={409: "its provider has no way to be asked"}),
    "GET /oauth-clients/{id}/verification": Ask("retrieved"),
    "POST /oauth-clients/{id}/import-tokens": Ask("code_client", lambda cell: {"refresh_token": "brought-along"}),
    "POST /oauth-clients/import": Ask(body=lambda cell: {
        "project": cell.project["id"], "target_system": cell.of("code_system")["id"],
        "format": "json", "dry_run": True, "content": '[{"label": "another", "access_token": "a"}]'}),
    "POST /oauth-clients/{id}/test-look-up": Ask(body=lambda cell: {"robot": cell.of("robot")["id"]}),
    "POST /oauth-clients/{id}/authorizations": Ask("code_client"),
    "POST /oauth-clients/{id}/password-sign-in": Ask("password_client", lambda cell: {
        "token_endpoint": cell.bed.hostile.about["token"] + "good", "username": cell.bed.vault.name("ann"), "password": "word"}),
    "POST /authorizations/{id}/confirm": Ask("asked_authorization", passed={409: "nobody has signed in yet"}),
    "POST /authorizations/{id}/verifier": Ask(body=lambda cell: {"verifier": "a-code"},
                                              passed={409: "nobody has opened the link yet"}),
    "POST /robots": Ask(body=named_in_project()),
    "PATCH /robots/{id}": Ask(body=named),
    "PUT /robots/{id}": Ask(body=lambda cell: {"revision": "r1"}),
    "GET /robots/{id}/inputs": Ask(),
    "PUT /robots/{id}/inputs": Ask("basic_engine_robot", lambda cell: {
        "items": [{"name": "mail", "oauth_client": cell.of("oauth_client")["id"]}]}, revision=True),
    "GET /server-settings": Ask(),
    "PATCH /server-settings": Ask(body=lambda cell: {"basic_engine_robots_forbidden": False}),
    "POST /robots/{id}/keys": Ask(body=nothing),
    "DELETE /robots/{id}/keys/{key_id}": Ask("robot_with_key"),
    "POST /robots/{id}/identities": Ask(body=lambda cell: certificate_identity(cell.bed.world, "CN=anybody")),
    "DELETE /robots/{id}/identities/{identity_id}": Ask("robot_with_identity"),
    "POST /robot-access": Ask(body=lambda cell: {
        "oauth_client": cell.of("oauth_client")["id"], "path_pattern": cell.name()}),
    "DELETE /robot-access": Ask(query={"valid": "false"}),
    "POST /robot-access/update-to-latest": Ask(body=nothing),
    "POST /secret-access/update-to-latest": Ask(body=nothing),
    "POST /secrets": Ask(body=lambda cell: {
        "project": cell.project["id"], "target_system": cell.of("system")["id"], "label": cell.name(),
        "kind": "password", "value": "a-password"}),
    "PATCH /secrets/{id}": Ask(body=lambda cell: {"notes": "changed"}),
    "POST /secrets/generate-password": Ask(body=nothing),
    "POST /secrets/{id}/values": Ask(body=lambda cell: {"value": "another-password"}),
    "DELETE /secrets/{id}/values/{value}": Ask("secret_of_two"),
    "POST /secrets/{id}/values/{value}/make-current": Ask("secret_of_two"),
    "POST /secret-access": Ask(body=lambda cell: {
        "secret": cell.of("secret")["id"], "path_pattern": cell.name()}),
    "POST /keys/rotate-data": Ask(body=lambda cell: {"project": None},
                                  passed={409: "a rotation is under way"}),
    "POST /kills": Ask(body=lambda cell: {
        "oauth_client": cell.make("oauth_client")["id"], "reason": "Leaked.", "revoke_upstream": False}),
    "POST /audit-events/trace-token": Ask(body=lambda cell: {"token": "leaked"}),
    "GET /api-keys": Ask(in_own_session=True),
    "POST /api-keys": Ask(body=lambda cell: {"name": cell.name(), "permissions": cell.permissions()[:1]},
                          in_own_session=True),
    "GET /api-keys/{id}": Ask(own="own_key", by_own_key=True),
    "DELETE /api-keys/{id}": Ask(own="own_key", by_own_key=True),
    "POST /users": Ask(body=named),
    "PATCH /users/{id}": Ask(body=lambda cell: {"full_name": "Changed"}),
    "DELETE /users/{id}/sessions": Ask(own="own_user"),
    "DELETE /users/{id}/sessions/{session}": Ask("user_with_session", own="own_session_of_user"),
    "DELETE /users/{id}/second-factor": Ask(passed={"no_second_factor": "the user has none"}),
    "POST /users/{id}/single-sign-on-accounts": Ask(body=lambda cell: {
        "provider": cell.of("sign_on")["id"], "subject": cell.name()}),
    "DELETE /users/{id}/single-sign-on-accounts/{account}": Ask("user_with_account"),
    "POST /users/{id}/belongings/reassign": Ask(body=lambda cell: {"to": cell.make("user")["id"]}),
    "DELETE /sessions/{id}": Ask("own_session"),
    "POST /groups": Ask(body=named),
    "PATCH /groups/{id}": Ask(body=changed),
    "PUT /groups/{id}/members/{user}": Ask("member"),
    "DELETE /groups/{id}/members/{user}": Ask("member"),
    "POST /groups/{id}/roles": Ask(body=lambda cell: {"role": "Viewer", "project": cell.project["id"]}),
    "DELETE /groups/{id}/roles/{role}": Ask("group_role"),
    "POST /roles": Ask(body=lambda cell: {"name": cell.name(), "permissions": ["view"]}),
    "PATCH /roles/{id}": Ask(body=changed),
    "POST /single-sign-on": Ask(body=lambda cell: cell.bed.sign_on_settings() | {"client_secret": "secret"}),
    "PUT /single-sign-on/{id}": Ask(body=lambda cell: cell.bed.sign_on_settings(), revision=True),
    "POST /session": Ask(body=nothing, passed=INCOMPLETE),
    "POST /session/password": Ask(body=nothing, passed=INCOMPLETE),
    "POST /session/step-up": Ask(body=lambda cell: {"password": Person.PASSWORD}),
    "POST /session/second-factor": Ask(passed={"second_factor_exists": "there is one already"}),
    "DELETE /session/second-factor": Ask(passed=NO_FACTOR),
    "POST /session/second-factor/confirm": Ask(body=nothing, passed=INCOMPLETE),
    "POST /session/second-factor/recovery-codes": Ask(passed=NO_FACTOR),
    "POST /terminal-sign-ins": Ask(body=lambda cell: {"host": "laptop"},
                                   passed={"too_many_attempts": "many wait already, whoever asks"}),
    "POST /terminal-sign-ins/token": Ask(body=nothing, passed=INCOMPLETE),
    "GET /terminal-sign-ins/{user_code}": Ask("terminal"),
    "POST /terminal-sign-ins/{user_code}/approve": Ask("terminal", nothing),
    "POST /terminal-sign-ins/{user_code}/deny": Ask("terminal"),
    "PUT /session/preferences": Ask(body=lambda cell: {"theme": "dark"}),
    "GET /calendar/{file}": Ask(passed={404: "nobody has this address, whoever asks", 429: "others asked for such as well"}),
    "GET /oauth-clients/{id}/client.json": Ask("system", passed={404: "it did not register, as everybody is told"}),
    "GET /connect/result/{id}": Ask(passed=UNKNOWN_TICKET),
    "GET /connect/unknown": Ask(passed={400: "what it says to whoever comes back with nothing"}),
    "POST /notification-targets": Ask(body=lambda cell: cell.bed.webhook_settings(cell.name())),
    "PUT /notification-targets/{id}": Ask(body=lambda cell: cell.bed.webhook_settings(cell.name()), revision=True),
    "POST /notification-targets/{id}/test": Ask(),
    "DELETE /notification-deliveries/{id}": Ask(passed={404: "nothing waits"}),
    "POST /notification-deliveries/{id}/resend": Ask(passed={404: "nothing waits"}),
    "POST /backups": Ask(passed=NO_BACKUPS),
    "DELETE /backups/{name}": Ask(passed=NO_BACKUPS),
    "GET /backups/{name}/file": Ask(passed=NO_BACKUPS),
    "GET /restore-report": Ask(passed={404: "nothing was restored"}),
    "POST /suspensions/{id}/lift": Ask(passed={404: "nothing is suspended"}),
    "POST /oauth-clients/lift-quarantine": Ask(body=lambda cell: {"all": True}),
    "GET /connect/{ticket}": Ask(passed=UNKNOWN_TICKET),
    "POST /connect/{ticket}": Ask(passed=UNKNOWN_TICKET),
    "POST /connect/{ticket}/verifier": Ask(passed=UNKNOWN_TICKET),
    "GET /sign-in/single-sign-on/refused/{cause}": Ask(passed={404: "there is no such cause"}),
    "GET /sign-in/single-sign-on/{id}": Ask(passed=UNKNOWN_PROVIDER),
    "GET /OAuthCallback": Ask(passed=NO_STATE),
    "GET /OAuthCallback/{target_system}": Ask(passed=NO_STATE),
}
