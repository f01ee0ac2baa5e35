"""A person at a browser, as far as the API sees one: a cookie, and the token that changes need."""
import http.cookies

from vault import API

COOKIE = "__Host-strongroom_session"


def first_password(server):
    """What the first start wrote for the first administrator; None once that was changed."""
    path = server.data / "initial-admin-password"
    if not path.exists():
        return None
    fields = dict(line.split(None, 1) for line in path.read_text().splitlines()[:2])
    return fields["password"]


class Person:
    PASSWORD = "correct horse battery"

    def __init__(self, server):
        self.server = server
        self.http = server.client()
        self.cookie = None
        self.session = None

    def request(self, method, path, data=None, token=True, headers=None, **more):
        sent = {}
        if self.cookie:
            sent["Cookie"] = f"{COOKIE}={self.cookie}"
        if self.session and token and method not in ("GET", "HEAD"):
            sent["X-CSRF-Token"] = self.session["csrf_token"]
        answer = self.http.request(method, API + path, data, headers=sent | (headers or {}), **more)
        for text in answer.headers.get_all("Set-Cookie", []):
            self.cookie = http.cookies.SimpleCookie(text)[COOKIE].value or None
        if path.startswith("/session") and answer.status == 200 and "csrf_token" in answer.json:
            self.session = answer.json
        return answer

    def get(self, path, **more):
        return self.request("GET", path, **more)

    def post(self, path, data=None, **more):
        return self.request("POST", path, data, **more)

    def sign_in(self, user="admin", password=PASSWORD, **code):
        return self.post("/session", {"user": user, "password": password} | code)

    def change_password(self, current, chosen=PASSWORD):
        return self.post("/session/password", {"current_password": current, "new_password": chosen})

    def reconnect(self):
        """After a restart of the server, which may have another port."""
        self.http.close()
        self.http = self.server.client()
        return self

    @classmethod
    def administrator(cls, server):
        """The first administrator, signed in, with the password changed."""
        person = cls(server)
        password = first_password(server)
        if password is None:
            assert person.sign_in().status == 200
            return person
        assert person.sign_in("admin", password).status == 200
        assert person.change_password(password).status == 200
        return person
