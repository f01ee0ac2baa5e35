"""A person's session at the REST API, begun as the console begins it: with a password."""
import secrets

import harness
from vault import API

COOKIE = "__Host-strongroom_session"


def first_password(server):
    """The first administrator's, out of the file that the first start left."""
    file = server.data / "initial-admin-password"
    if not file.exists():
        raise harness.HarnessError("the server left no initial-admin-password: it knows no sessions yet, "
                                   "and nobody can sign in to its console")
    words = dict(line.split(None, 1) for line in file.read_text().splitlines() if len(line.split()) == 2)
    return words["password"]


class Session:
    """Somebody who is signed in; `password` is the one that counts now."""

    def __init__(self, server, user, password):
        self.user = user
        self.password = password
        self.http = server.client()
        self._begun(self.http.post(f"{API}/session", {"user": user, "password": password}))

    def _begun(self, answer):
        if answer.status == 404:
            raise harness.HarnessError("there is no POST /api/v1/session: nobody can sign in to the console")
        if answer.status != 200:
            raise harness.HarnessError(f"signing in as {self.user}: {answer}")
        self.members = answer.json
        self.cookie = answer.headers["Set-Cookie"].split(";")[0]

    def headers(self):
        return {"Cookie": self.cookie, "X-CSRF-Token": self.members["csrf_token"]}

    def request(self, method, path, data=None, **more):
        return self.http.request(method, path, data, headers=self.headers(), **more)

    def change_password(self, new=None):
        new = new or secrets.token_urlsafe(24)
        self._begun(self.request("POST", f"{API}/session/password",
                                 {"current_password": self.password, "new_password": new}))
        self.password = new


def first_administrator(server):
    """Signed in for the first time, and with a password of their own."""
    session = Session(server, "admin", first_password(server))
    session.change_password()
    return session
