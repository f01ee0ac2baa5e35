"""Somebody who is signed in at Debian's glewlwyd, by its JSON API."""


class ApiSession:
    """Somebody signed in at glewlwyd's own API."""

    def __init__(self, http, cookies=None):
        self.http = http
        self.cookies = {} if cookies is None else cookies

    def call(self, method, path, data):
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        answer = self.http.request(method, "/api/" + path, data, headers=headers)
        assert answer.status == 200, answer
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, value = line.split(";")[0].split("=", 1)
            self.cookies[name] = value
        return answer
