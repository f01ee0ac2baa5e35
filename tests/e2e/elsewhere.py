"""Somebody signs in at a provider without Strongroom, as whoever moves here did before."""
import base64
import hashlib
import secrets
import urllib.parse

import plain_browser
from vault import LOOPBACK

NOWHERE = "https://127.0.0.1/nowhere"


def challenge(verifier):
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def refresh_token(world, provider, system, secret, login="ann"):
    """At tests/servers/sign_in_provider.mjs, for a target system that is registered there with NOWHERE."""
    verifier = secrets.token_urlsafe(48)
    asked = urllib.parse.urlencode({
        "client_id": system["consumer_key"], "redirect_uri": NOWHERE, "response_type": "code",
        "scope": "openid offline_access email api:read", "prompt": "consent",
        "code_challenge": challenge(verifier), "code_challenge_method": "S256"})
    browser = plain_browser.Browser(world.pki / "ca.pem")

    def back(url):
        return url.startswith(NOWHERE)
    page = browser.open(f"{provider.about['authorization_endpoint']}?{asked}", stop=back)
    page = browser.go_on(page, login, stop=back)
    code = urllib.parse.parse_qs(urllib.parse.urlsplit(page.url).query)["code"][0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": NOWHERE,
            "code_verifier": verifier}
    basic = base64.b64encode(f"{system['consumer_key']}:{secret}".encode()).decode()
    # Neither of the two has characters that would need encoding here.
    answer = provider.client.request(
        "POST", "/token", raw=urllib.parse.urlencode(form).encode(),
        headers={"Authorization": "Basic " + basic,
                 "Content-Type": "application/x-www-form-urlencoded"})
    return answer.json["refresh_token"]


def moved_here(vault, world, provider, **more):
    """A target system at the real provider, and a refresh token that was got without it."""
    registered = vault.expect(201, provider.client.post("/reg", {
        "redirect_uris": [NOWHERE], "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"], "token_endpoint_auth_method": "client_secret_basic",
        "scope": "openid offline_access email api:read"}))
    system = vault.create("target-systems", {
        "name": vault.name("target system"), "project": vault.project["id"],
        "service_provider": "issuer", "grant": "authorization_code",
        "issuer": provider.about["issuer"], "consumer_key": registered["client_id"],
        "consumer_secret": registered["client_secret"],
        "scopes": ["openid", "offline_access", "email", "api:read"],
        "trusted_ca_pem": world.ca_pem, "allowed_addresses": [LOOPBACK]} | more)
    token = refresh_token(world, provider, system, registered["client_secret"])
    return system | {"test_secret": registered["client_secret"]}, token
