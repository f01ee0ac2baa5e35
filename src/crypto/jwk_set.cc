#include "crypto/jwk_set.h"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/json.hpp>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "base/json.h"
#include "crypto/algorithms.h"
#include "crypto/encoding.h"
#include "crypto/openssl_ptr.h"
#include "crypto/private_key_checks.h"
#include "crypto/public_key_parts.h"

namespace strongroom::crypto {
namespace {

namespace json = boost::json;

using EcdsaSignaturePtr = std::unique_ptr<ECDSA_SIG, OpensslFree<ECDSA_SIG_free>>;

constexpr JsonLimits kLimits{.max_bytes = JwkSet::kMaxBytes, .max_depth = 8};
constexpr std::size_t kMaxModulusBytes = PrivateKey::kMaxRsaBits / 8 + 1;  // and a zero in front
constexpr std::size_t kMaxExponentBytes = 8;  // a longer one costs time and buys nothing
constexpr std::size_t kCoordinateBytes = 32;
constexpr int kPssSalt = 32;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// nullopt: it is there, and no text.
std::optional<std::string_view> text_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr) return "";
  if (!value->is_string()) return std::nullopt;
  return value->get_string();
}

// Bytes of a required member; empty: it is not there, or damaged.
std::string decoded(const json::object& jwk, std::string_view name) {
  const auto text = text_of(jwk, name);
  if (!text) return "";
  return base64url_decode(*text).value_or("");
}

// RFC 7518 section 6.3.1.
EvpKeyPtr read_rsa(const json::object& jwk) {
  const std::string n = decoded(jwk, "n");
  const std::string e = decoded(jwk, "e");
  if (n.empty() || n.size() > kMaxModulusBytes || e.empty() || e.size() > kMaxExponentBytes) {
    return nullptr;
  }
  return rsa_public_key(n, e);
}

// RFC 7518 section 6.2.1.
EvpKeyPtr read_p256(const json::object& jwk) {
  const std::string x = decoded(jwk, "x");
  const std::string y = decoded(jwk, "y");
  if (text_of(jwk, "crv") != "P-256" || x.size() != kCoordinateBytes ||
      y.size() != kCoordinateBytes) {
    return nullptr;
  }
  return p256_public_key("\x04" + x + y);
}

// RFC 8037 section 2.
EvpKeyPtr read_ed25519(const json::object& jwk) {
  const std::string x = decoded(jwk, "x");
  return text_of(jwk, "crv") == "Ed25519" ? ed25519_public_key(x) : nullptr;
}

EvpKeyPtr read_key(const json::object& jwk) {
  const auto type = text_of(jwk, "kty");
  if (type == "RSA") return read_rsa(jwk);
  if (type == "EC") return read_p256(jwk);
  if (type == "OKP") return read_ed25519(jwk);
  return nullptr;
}

// RFC 7517 sections 4.2 and 4.3: where it says what it is for, it is for signatures.
bool is_for_signatures(const json::object& jwk) {
  if (jwk.contains("use") && text_of(jwk, "use") != "sig") return false;
  const json::value* operations = jwk.if_contains("key_ops");
  if (operations == nullptr) return true;
  return operations->is_array() &&
         std::ranges::any_of(operations->get_array(), [](const json::value& operation) {
           return operation.is_string() && operation.get_string() == "verify";
         });
}

// A private member, of any kind of key.
bool is_given_away(const json::object& jwk) {
  constexpr std::array<std::string_view, 8> kPrivate = {"d",  "p",  "q",   "dp",
                                                        "dq", "qi", "oth", "k"};
  return std::ranges::any_of(kPrivate, [&](std::string_view name) { return jwk.contains(name); });
}

// The DER that OpenSSL verifies, of the 64 bytes that JOSE has (RFC 7518 section 3.4); empty: they
// are not 64, so DER itself is no signature.
std::string der_of(std::string_view signature) {
  if (signature.size() != 2 * kCoordinateBytes) return "";
  const EcdsaSignaturePtr pair(ECDSA_SIG_new());
  BignumPtr r(BN_bin2bn(bytes(signature), kCoordinateBytes, nullptr));
  BignumPtr s(BN_bin2bn(bytes(signature.substr(kCoordinateBytes)), kCoordinateBytes, nullptr));
  if (!pair || !r || !s || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) return "";
  (void)r.release();  // both belong to the pair now
  (void)s.release();
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(pair.get(), &der);
  if (size <= 0) return "";
  std::string out(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return out;
}

bool set_pss(EVP_PKEY_CTX* context) {
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md(context, sha256_algorithm()) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, kPssSalt) == 1;
}

bool verify_with(EVP_PKEY* key, SignatureAlgorithm algorithm, std::string_view text,
                 std::string_view signature) {
  const bool hashes_itself = algorithm == SignatureAlgorithm::kEdDsa;
  const DigestContextPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* settings = nullptr;  // belongs to the context
  return context &&
         EVP_DigestVerifyInit(context.get(), &settings,
                              hashes_itself ? nullptr : sha256_algorithm(), nullptr, key) == 1 &&
         (algorithm != SignatureAlgorithm::kPs256 || set_pss(settings)) &&
         EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(text),
                          text.size()) == 1;
}

Error refused(LiteralText message, LiteralText problem = "") {
  return Error{Code::kInvalidArgument, message, {}, problem};
}

}  // namespace

// Makes keys of the members of a set.
class JwkReader {
 public:
  // nullopt: not one for us.
  static std::optional<PublicKey> read(const json::value& value) {
    const json::object* const jwk = value.if_object();
    if (jwk == nullptr || !is_for_signatures(*jwk) || is_given_away(*jwk)) return std::nullopt;
    const auto kid = text_of(*jwk, "kid");
    const auto alg = text_of(*jwk, "alg");
    if (!kid || kid->size() > JwkSet::kMaxKidBytes || !alg) return std::nullopt;
    EvpKeyPtr key = read_key(*jwk);
    const auto type = key ? public_type(key.get()) : Result<KeyType>(refused(""));
    ERR_clear_error();
    if (!type) return std::nullopt;
    PublicKey found(std::shared_ptr<evp_pkey_st>(key.release(), EVP_PKEY_free), *type);
    found.kid_ = *kid;
    if (!alg->empty()) {
      found.algorithm_ = signature_algorithm_from_text(*alg);
      if (!found.algorithm_ || !can_sign(*type, *found.algorithm_)) return std::nullopt;
    }
    return found;
  }
};

bool PublicKey::is_for(SignatureAlgorithm algorithm) const {
  return can_sign(type_, algorithm) && algorithm_.value_or(algorithm) == algorithm;
}

bool PublicKey::verify(SignatureAlgorithm algorithm, std::string_view text,
                       std::string_view signature) const {
  if (!is_for(algorithm)) return false;
  std::string der;
  if (algorithm == SignatureAlgorithm::kEs256) {
    der = der_of(signature);
    if (der.empty()) return false;
    signature = der;
  }
  const bool verified = verify_with(key_.get(), algorithm, text, signature);
  ERR_clear_error();
  return verified;
}

Result<JwkSet> JwkSet::parse(std::string_view text) {
  const auto parsed = parse_json(text, kLimits);
  if (!parsed) {
    return Error{Code::kInvalidArgument, "The issuer's keys are not well-formed JSON.",
                 parsed.error().detail};
  }
  const json::object* const document = parsed->if_object();
  const json::value* const list = document == nullptr ? nullptr : document->if_contains("keys");
  if (list == nullptr || !list->is_array()) return refused("The issuer's keys are no JWK set.");
  if (list->get_array().size() > kMaxKeys) return refused("The issuer has too many keys.");
  JwkSet set;
  for (const json::value& value : list->get_array()) {
    if (auto key = JwkReader::read(value)) set.keys_.push_back(*std::move(key));
  }
  return set;
}

Result<PublicKey> JwkSet::choose(std::string_view kid, SignatureAlgorithm algorithm) const {
  const PublicKey* found = nullptr;
  for (const PublicKey& key : keys_) {
    if (!key.is_for(algorithm) || (!kid.empty() && key.kid() != kid)) continue;
    if (found != nullptr) {
      return refused("Several of the issuer's keys could have made this signature.",
                     "ambiguous_signing_key");
    }
    found = &key;
  }
  if (found == nullptr) {
    return refused("None of the issuer's keys made this signature.", "unknown_signing_key");
  }
  return *found;
}

}  // namespace strongroom::crypto
