"""providers/schema.json says what the server's own validator says, as far as a schema can."""
import copy
import json
import pathlib
import unittest

import jsonschema

QUICK = True
TOP = pathlib.Path(__file__).resolve().parents[2]
DATA = TOP / "src/catalogue/testdata"


def setUpModule():
    global validator
    schema = json.loads((TOP / "providers/schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)


def place(document, pointer):
    """What holds the value at a JSON pointer, and its key there."""
    *path, last = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    for part in path:
        document = document[int(part)] if isinstance(document, list) else document[part]
    return document, int(last) if isinstance(document, list) else last


def changed(document, entry):
    document = copy.deepcopy(document)
    for pointer in entry.get("remove", []):
        holder, key = place(document, pointer)
        del holder[key]
    for pointer, value in entry.get("set", {}).items():
        holder, key = place(document, pointer)
        holder[key] = value
    return document


class ProviderSchema(unittest.TestCase):
    def test_every_shipped_entry_fits_the_schema(self):
        files = [path for path in (TOP / "providers").glob("*.json") if path.name != "schema.json"]
        self.assertGreaterEqual(len(files), 10)
        for path in files:
            with self.subTest(path=path.name):
                validator.validate(json.loads(path.read_text()))

    def test_an_entry_with_every_member_fits_the_schema(self):
        for name in ("full_entry.json", "oauth1_entry.json", "exchange_entry.json"):
            validator.validate(json.loads((DATA / name).read_text()))

    def test_oauth_1_goes_with_its_grant_alone(self):
        signed = json.loads((DATA / "oauth1_entry.json").read_text())
        for change in ({"remove": ["/oauth1"]}, {"set": {"/grants": ["oauth1", "authorization_code"]}},
                       {"set": {"/grants": ["authorization_code"]}},
                       {"set": {"/client_authentication": ["client_secret_post"]}},
                       {"set": {"/oauth1/signature_methods": []}}, {"remove": ["/oauth1/signature_methods"]},
                       {"set": {"/oauth1/signature_methods": ["HMAC-MD5"]}}, {"set": {"/oauth1/other": 1}},
                       {"remove": ["/sources/oauth1.realm"]}):
            with self.subTest(change=change):
                self.assertFalse(validator.is_valid(changed(signed, change)))

    def test_the_schema_refuses_what_the_validator_refuses(self):
        full = json.loads((DATA / "full_entry.json").read_text())
        for entry in json.loads((DATA / "bad_entries.json").read_text()):
            with self.subTest(why=entry["why"]):
                says_yes = validator.is_valid(changed(full, entry))
                self.assertEqual(says_yes, entry.get("schema") == "cannot say")


if __name__ == "__main__":
    unittest.main()
