"""The servers that the other tests trust are what they claim to be."""
import base64
import unittest
import urllib.parse

import harness

QUICK = True


def setUpModule():
    global world
    world = harness.World()
    unittest.addModuleCleanup(world.close)


def ask(server, path, client_id, secret, scope=None):
    """A token request as RFC 6749 section 4.4.2 wants it, made without Strongroom."""
    quote = urllib.parse.quote_plus
    credentials = base64.b64encode(f"{quote(client_id)}:{quote(secret)}".encode()).decode()
    form = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})
    return server.client.request("POST", path, raw=urllib.parse.urlencode(form).encode(),
                                 headers={"Authorization": f"Basic {credentials}",
                                          "Content-Type": "application/x-www-form-urlencoded"})


class OidcProvider(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = world.oidc_provider()

    def test_gives_a_token_that_its_own_resource_accepts(self):
        for name in ("basic", "jwt", "odd id:+%&=/?#"):
            with self.subTest(client=name):
                one = self.server.registered(name)
                token = ask(self.server, "/token", name, one["client_secret"], "api:read").json
                self.assertEqual(token["expires_in"], one["ttl"])
                called = self.server.client.get(
                    "/api", headers={"Authorization": f"Bearer {token['access_token']}"})
                self.assertEqual((called.status, called.json["client_id"]), (200, name))

    def test_refuses_a_wrong_secret_and_a_made_up_token(self):
        self.assertEqual(ask(self.server, "/token", "basic", "wrong").status, 401)
        called = self.server.client.get("/api", headers={"Authorization": "Bearer made-up"})
        self.assertEqual(called.status, 401)

    def test_counts_what_its_token_endpoint_is_asked(self):
        before = self.server.client.get("/_test/counts").json["total"]
        ask(self.server, "/token", "basic", "wrong")
        self.assertEqual(self.server.client.get("/_test/counts").json["total"], before + 1)


class Glewlwyd(unittest.TestCase):
    def test_gives_a_token(self):
        server = world.glewlwyd()
        about = server.about
        path = urllib.parse.urlsplit(about["token_endpoint"]).path
        answer = ask(server, path, about["client_id"], about["client_secret"], about["scope"])
        self.assertEqual((answer.status, answer.json["token_type"]), (200, "bearer"))


class Hostile(unittest.TestCase):
    def test_plays_its_script_and_keeps_the_last_line(self):
        server = world.hostile()
        path = urllib.parse.urlsplit(server.script("a", "good?expires_in=4", "error-503")).path
        answers = [ask(server, path, "id", "secret") for _ in range(3)]
        self.assertEqual([one.status for one in answers], [200, 503, 503])
        self.assertEqual(answers[0].json["expires_in"], 4)
        self.assertEqual(answers[2].headers["Retry-After"], "11")
        self.assertEqual(len(server.requests(path)), 3)
        self.assertEqual(server.elsewhere(), [])


if __name__ == "__main__":
    unittest.main()
