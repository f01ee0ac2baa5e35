"""Entries of an organisation's own, as somebody would write them."""
import json

SOURCE = [{"page": "https://own.example/docs", "read": "2026-11-27"}]


def entry(id, token_endpoint, **more):
    """A file for a provider whose token endpoint is this."""
    document = {
        "id": id, "name": f"Own {id}", "grants": ["client_credentials"], "token_endpoint": "{where}",
        "variables": [{"name": "where", "label": "Where", "place": "url", "format": "http_url",
                       "default": token_endpoint}],
        "client_authentication": ["client_secret_basic"]} | more
    return document | {"sources": {fact: SOURCE for fact in document if fact not in ("id", "name", "documentation")}}


def text(*about, **more):
    return json.dumps(entry(*about, **more), indent=2)
