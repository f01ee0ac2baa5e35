// JSON Web Signatures and JSON Web Keys.
//
// Each JWS is verified as an issuer's would be, with a set of the one public key; those with a
// shared secret, which the server never verifies, by the verifier of the tests. What is valid is
// signed anew with crypto's own code. A private key must be one that PrivateKey takes.
#include <algorithm>
#include <array>

#include "base/json.h"
#include "crypto/encoding.h"
#include "crypto/jws.h"
#include "crypto/jws_verify.h"
#include "crypto/testing/jose.h"
#include "oauth/client_assertion.h"
#include "tests/vectors/report.h"

namespace strongroom::vectors {
namespace {

namespace json = boost::json;

using crypto::SignatureAlgorithm;
using crypto::VerifyingKey;

bool is_base64url(std::string_view jws) {
  return std::ranges::all_of(jws, [](char c) {
    return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

// Why a test that is valid is about something that we do not do; empty if it is not.
std::string beyond_us(std::string_view jws, std::string_view algorithm) {
  if (!is_base64url(jws)) return "with characters that RFC 7515 section 2 does not allow";
  if (!crypto::signature_algorithm_from_text(algorithm)) return "with other algorithms";
  return "";
}

// RFC 7517 sections 4.2 and 4.3.
bool is_for_signatures(const json::object& jwk) {
  if (jwk.contains("use") && text(jwk, "use") != "sig") return false;
  const json::value* operations = jwk.if_contains("key_ops");
  if (operations == nullptr) return true;
  return operations->is_array() && std::ranges::any_of(operations->get_array(), [](const auto& o) {
           return o == "sign" || o == "verify" || o == "sign, verify";
         });
}

// Whether the server would sign with this key.
bool is_admitted(const json::object& jwk) {
  if (text(jwk, "kty") == "oct") {
    const auto secret = crypto::base64url_decode(text(jwk, "k"));
    return secret && secret->size() >= oauth::kMinAssertionSecret;
  }
  return crypto::private_key_from_jwk(json::serialize(jwk)).has_value();
}

json::object header_of(std::string_view jws) {
  const auto parts = crypto::jws_parts(jws);
  const auto header = parts ? parse_json(parts->header) : Result<json::value>(json::value());
  return header && header->is_object() ? header->get_object() : json::object();
}

// What we sign of the same header and payload verifies, and is the same where it can be.
bool signs_the_same(const json::object& jwk, const VerifyingKey& verifying,
                    SignatureAlgorithm algorithm, std::string_view jws) {
  const auto parts = *crypto::jws_parts(jws);
  if (algorithm == SignatureAlgorithm::kHs256) {
    const crypto::MacKey key(*crypto::base64url_decode(text(jwk, "k")));
    return crypto::compact_jws(key, parts.header, parts.payload) == jws;
  }
  const auto key = crypto::private_key_from_jwk(json::serialize(jwk));
  if (!key) return false;
  const auto ours = crypto::compact_jws(*key, algorithm, parts.header, parts.payload);
  const bool is_random =
      algorithm == SignatureAlgorithm::kPs256 || algorithm == SignatureAlgorithm::kEs256;
  return ours && verifying.verify_compact(algorithm, *ours) && (is_random || *ours == jws);
}

bool verifies(const json::object& public_jwk, const VerifyingKey& key, SignatureAlgorithm algorithm,
              std::string_view jws) {
  if (algorithm == SignatureAlgorithm::kHs256) return key.verify_compact(algorithm, jws);
  constexpr std::array kAllowed = {SignatureAlgorithm::kRs256, SignatureAlgorithm::kPs256,
                                   SignatureAlgorithm::kEs256, SignatureAlgorithm::kEdDsa};
  const auto set =
      crypto::JwkSet::parse(json::serialize(json::object{{"keys", json::array{public_jwk}}}));
  return set && crypto::verify_jws(jws, *set, kAllowed).has_value();
}

bool accepts(const json::object& private_jwk, const json::object& public_jwk,
             std::string_view jws) {
  const auto algorithm = crypto::signature_algorithm_from_text(text(public_jwk, "alg"));
  const auto key = VerifyingKey::from_jwk(public_jwk);
  if (!algorithm || !key || !is_for_signatures(public_jwk) || !is_admitted(private_jwk)) {
    return false;
  }
  return verifies(public_jwk, *key, *algorithm, jws) &&
         signs_the_same(private_jwk, *key, *algorithm, jws);
}

void run_one(const json::object& private_jwk, const json::object& public_jwk,
             const json::object& test, Report& report) {
  const std::string_view jws = text(test, "jws");
  const json::object header = header_of(jws);
  const std::string beyond = beyond_us(jws, text(header, "alg"));
  if (text(test, "result") == "valid" && !beyond.empty()) return report.does_not_apply(beyond);
  report.ran(test, accepts(private_jwk, public_jwk, jws));
}

// Tests 367 and 370 are invalid, and letter by letter the JWS of test 357, which is valid.
bool is_contradicted(const json::array& tests, const json::object& test) {
  return text(test, "result") == "invalid" && std::ranges::any_of(tests, [&](const auto& other) {
           return text(other.as_object(), "result") == "valid" &&
                  text(other.as_object(), "jws") == text(test, "jws");
         });
}

void signatures(const json::object& group, Report& report) {
  const json::object& private_jwk = group.at("private").as_object();
  const json::value* shown = group.if_contains("public");
  const json::object& public_jwk = shown == nullptr ? private_jwk : shown->as_object();
  const json::array& tests = group.at("tests").as_array();
  for (const json::value& test : tests) {
    if (is_contradicted(tests, test.as_object())) {
      report.does_not_apply("that are invalid, and valid as another test");
    } else {
      run_one(private_jwk, public_jwk, test.as_object(), report);
    }
  }
}

// The one key of a set that the header names; nullptr if it is not clear which. Secrets and key
// pairs in one set are not clear: a public key could be taken for a secret.
const json::object* chosen(const json::object& set, std::string_view jws) {
  const json::object header = header_of(jws);
  const json::array& keys = set.at("keys").as_array();
  const json::object* found = nullptr;
  for (const json::value& key : keys) {
    if (text(key.as_object(), "kty") != text(keys.front().as_object(), "kty")) return nullptr;
    if (text(key.as_object(), "kid") != text(header, "kid")) continue;
    if (found != nullptr) return nullptr;
    found = &key.as_object();
  }
  return found;
}

void keys(const json::object& group, Report& report) {
  const json::object& private_set = group.at("private").as_object();
  const json::value* shown = group.if_contains("public");
  for (const json::value& value : group.at("tests").as_array()) {
    const json::object& test = value.as_object();
    const json::object* private_jwk = chosen(private_set, text(test, "jws"));
    const json::object* public_jwk =
        shown == nullptr ? private_jwk : chosen(shown->as_object(), text(test, "jws"));
    if (private_jwk == nullptr || public_jwk == nullptr) {
      report.ran(test, false);
    } else {
      run_one(*private_jwk, *public_jwk, test, report);
    }
  }
}

// A file of everything; what is encrypted is not for us.
void either(const json::object& group, Report& report) {
  const json::array& tests = group.at("tests").as_array();
  if (!tests.front().as_object().contains("jws")) {
    for (std::size_t i = 0; i < tests.size(); ++i) report.does_not_apply("of encryption");
  } else if (group.at("private").as_object().contains("keys")) {
    keys(group, report);
  } else {
    signatures(group, report);
  }
}

}  // namespace

const std::map<std::string, RunGroup, std::less<>>& jose_files() {
  static const std::map<std::string, RunGroup, std::less<>> files = {
      {"json_web_crypto_test.json", either},
      {"json_web_key_test.json", keys},
      {"json_web_signature_test.json", signatures},
  };
  return files;
}

}  // namespace strongroom::vectors
