"""The OAuth 1.0a provider of the tests, tried with oauthlib's own client: what it refuses is refused by the protocol."""
import subprocess
import time
import unittest
import urllib.parse

from oauthlib import oauth1

import harness

QUICK = True
CALLBACK = "https://vault.example/callback?state=abc"


def setUpModule():
    global provider, private_key, world
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    key = world.directory / "consumer.key"
    subprocess.run(["openssl", "genrsa", "-traditional", "-out", str(key), "2048"], check=True,
                   capture_output=True)
    private_key = key.read_text()
    public_key = subprocess.run(["openssl", "rsa", "-in", str(key), "-pubout"], check=True,
                                capture_output=True, text=True).stdout
    provider = world.oauth1_provider(public_key)


def form(answer):
    return dict(urllib.parse.parse_qsl(answer.body.decode(), keep_blank_values=True))


class Consumer:
    """A client with one signature method, and no token yet."""

    def __init__(self, method=oauth1.SIGNATURE_HMAC_SHA1, callback=CALLBACK, **more):
        by_key = method == oauth1.SIGNATURE_RSA_SHA1
        self.told = {"client_key": provider.about["rsa_consumer_key" if by_key else "consumer_key"],
                     "client_secret": "" if by_key else provider.about["consumer_secret"],
                     "signature_method": method, "rsa_key": private_key if by_key else None} | more
        self.callback = callback

    def ask(self, method, path, body=None, **more):
        client = oauth1.Client(**self.told | more)
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        _, headers, body = client.sign(provider.about["origin"] + path, method, body, headers)
        return provider.client.request(method, path, raw=body, headers=dict(headers))

    def temporary(self, **more):
        return self.ask("POST", "/request", callback_uri=self.callback, **more)

    def approved(self):
        """(temporary credentials, verifier)."""
        told = form(self.temporary())
        answer = provider.client.get("/authorize", query={"oauth_token": told["oauth_token"]})
        if answer.status == 302:
            location = urllib.parse.urlsplit(answer.headers["Location"])
            query = dict(urllib.parse.parse_qsl(location.query))
            return told, query["oauth_verifier"]
        return told, form(answer)["oauth_verifier"]

    def exchange(self, told, verifier, **more):
        return self.ask("POST", "/access", resource_owner_key=told["oauth_token"],
                        resource_owner_secret=told["oauth_token_secret"], verifier=verifier, **more)

    def tokens(self):
        return form(self.exchange(*self.approved()))


class Flow(unittest.TestCase):
    def setUp(self):
        provider.client.post("/_test/behave", {})

    def test_all_methods_with_a_callback_and_out_of_band(self):
        methods = (oauth1.SIGNATURE_HMAC_SHA1, oauth1.SIGNATURE_HMAC_SHA256,
                   oauth1.SIGNATURE_RSA_SHA1, oauth1.SIGNATURE_PLAINTEXT)
        for method in methods:
            for callback in (CALLBACK, "oob"):
                with self.subTest(method=method, callback=callback):
                    consumer = Consumer(method, callback)
                    told = consumer.tokens()
                    pair = {"resource_owner_key": told["oauth_token"],
                            "resource_owner_secret": told["oauth_token_secret"]}
                    good = consumer.ask("GET", "/api?b5=%3D%253D&a3=a&c%40=&a2=r%20b", **pair)
                    self.assertEqual((good.status, good.json["token"]), (200, told["oauth_token"]))
                    posted = consumer.ask("POST", "/api/x?a=1", "a=2&a=1&b+c=%7E", **pair)
                    self.assertEqual(posted.status, 200, posted)
                    if method != oauth1.SIGNATURE_RSA_SHA1:
                        pair["resource_owner_secret"] += "x"
                        self.assertEqual(consumer.ask("GET", "/api", **pair).status, 401)

    def test_the_callback_comes_back_confirmed_with_what_it_had(self):
        consumer = Consumer()
        told = form(consumer.temporary())
        self.assertEqual(told["oauth_callback_confirmed"], "true")
        answer = provider.client.get("/authorize", query={"oauth_token": told["oauth_token"]})
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(answer.headers["Location"]).query))
        self.assertEqual((query["state"], query["oauth_token"]), ("abc", told["oauth_token"]))
        refused = provider.client.get("/authorize", query={"oauth_token": told["oauth_token"], "deny": 1})
        self.assertIn("oauth_problem=user_refused", refused.headers["Location"])

    def test_a_verifier_counts_once_and_for_its_own_token(self):
        consumer = Consumer()
        told, verifier = consumer.approved()
        other, _ = consumer.approved()
        self.assertEqual(consumer.exchange(other, verifier).status, 401)
        self.assertEqual(consumer.exchange(told, verifier + "x").status, 401)
        self.assertEqual(consumer.exchange(told, verifier).status, 200)
        self.assertEqual(consumer.exchange(told, verifier).status, 401)

    def test_wrong_secrets_and_unknown_consumers(self):
        self.assertEqual(Consumer(client_secret="wrong").temporary().status, 401)
        self.assertEqual(Consumer(client_key="stranger").temporary().status, 401)

    def test_a_nonce_counts_once(self):
        consumer = Consumer(nonce="0123456789abcdef01234567", timestamp=str(int(time.time())))  # it counts for a second
        self.assertEqual([consumer.temporary().status for _ in range(2)], [200, 401])

    def test_a_clock_that_differs_is_told(self):
        provider.client.post("/_test/behave", {"clock_ahead_s": 3600})
        refused = Consumer().temporary()
        self.assertEqual((refused.status, form(refused)["oauth_problem"]), (401, "timestamp_refused"))
        first, last = map(int, form(refused)["oauth_acceptable_timestamps"].split("-"))
        accepted = Consumer(timestamp=str((first + last) // 2)).temporary()
        self.assertEqual(accepted.status, 200)

    def test_it_misbehaves_on_request(self):
        provider.client.post("/_test/behave", {"without_confirmation": True, "content_type": "text/html"})
        answer = Consumer().temporary()
        self.assertEqual(form(answer)["oauth_callback_confirmed"], "false")
        self.assertEqual(answer.headers["Content-Type"], "text/html")
        provider.client.post("/_test/behave", {"redirect": "https://elsewhere.example/"})
        self.assertEqual(Consumer().temporary().status, 302)

    def test_it_keeps_the_truth(self):
        consumer = Consumer()
        told = consumer.tokens()
        truth = provider.client.get("/_test/truth").json
        self.assertEqual(truth["tokens"][told["oauth_token"]]["revoked"], False)
        self.assertEqual(truth["requests"][-1]["path"], "/access")
        self.assertNotIn(told["oauth_token_secret"], str(truth))
        provider.client.post("/_test/revoke", {"token": told["oauth_token"]})
        answer = consumer.ask("GET", "/api", resource_owner_key=told["oauth_token"],
                              resource_owner_secret=told["oauth_token_secret"])
        self.assertEqual(answer.status, 401)


if __name__ == "__main__":
    unittest.main()
