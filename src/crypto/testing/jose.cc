#include "crypto/testing/jose.h"

#include <utility>
#include <vector>

#include <boost/json.hpp>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include "base/json.h"
#include "crypto/algorithms.h"
#include "crypto/digest.h"
#include "crypto/encoding.h"
#include "crypto/equal.h"
#include "crypto/openssl_ptr.h"

namespace strongroom::crypto {
namespace {

namespace json = boost::json;

using BuilderPtr = std::unique_ptr<OSSL_PARAM_BLD, OpensslFree<OSSL_PARAM_BLD_free>>;
using ParametersPtr = std::unique_ptr<OSSL_PARAM, OpensslFree<OSSL_PARAM_free>>;
using ContextPtr = std::unique_ptr<EVP_PKEY_CTX, OpensslFree<EVP_PKEY_CTX_free>>;
using SharedKey = std::shared_ptr<evp_pkey_st>;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string_view text_of(const json::object& jwk, std::string_view name) {
  const json::value* value = jwk.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : "";
}

SharedKey shared(EVP_PKEY* key) {
  ERR_clear_error();
  return key == nullptr ? nullptr : SharedKey(key, EVP_PKEY_free);
}

// What goes into EVP_PKEY_fromdata; keeps alive what OpenSSL only points to.
class Builder {
 public:
  bool number(const char* name, std::string_view encoded) {
    const auto decoded = base64url_decode(encoded);
    if (!decoded || decoded->empty()) return false;
    numbers_.emplace_back(BN_bin2bn(bytes(*decoded), static_cast<int>(decoded->size()), nullptr));
    return OSSL_PARAM_BLD_push_BN(builder_.get(), name, numbers_.back().get()) == 1;
  }
  bool text(const char* name, const char* value) {
    return OSSL_PARAM_BLD_push_utf8_string(builder_.get(), name, value, 0) == 1;
  }
  bool octets(const char* name, std::string value) {
    octets_.push_back(std::make_unique<std::string>(std::move(value)));
    return OSSL_PARAM_BLD_push_octet_string(builder_.get(), name, octets_.back()->data(),
                                            octets_.back()->size()) == 1;
  }
  EVP_PKEY* build(const char* type, int selection) {
    const ParametersPtr parameters(OSSL_PARAM_BLD_to_param(builder_.get()));
    const ContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* key = nullptr;
    if (parameters && context && EVP_PKEY_fromdata_init(context.get()) == 1) {
      EVP_PKEY_fromdata(context.get(), &key, selection, parameters.get());
    }
    return key;
  }

 private:
  BuilderPtr builder_{OSSL_PARAM_BLD_new()};
  std::vector<BignumPtr> numbers_;
  std::vector<std::unique_ptr<std::string>> octets_;
};

EVP_PKEY* rsa_from(const json::object& jwk, bool is_private) {
  Builder builder;
  bool good = builder.number(OSSL_PKEY_PARAM_RSA_N, text_of(jwk, "n")) &&
              builder.number(OSSL_PKEY_PARAM_RSA_E, text_of(jwk, "e"));
  if (is_private) {
    const std::pair<const char*, const char*> parts[] = {
        {OSSL_PKEY_PARAM_RSA_D, "d"},          {OSSL_PKEY_PARAM_RSA_FACTOR1, "p"},
        {OSSL_PKEY_PARAM_RSA_FACTOR2, "q"},    {OSSL_PKEY_PARAM_RSA_EXPONENT1, "dp"},
        {OSSL_PKEY_PARAM_RSA_EXPONENT2, "dq"}, {OSSL_PKEY_PARAM_RSA_COEFFICIENT1, "qi"}};
    for (const auto& [name, member] : parts) {
      good = good && builder.number(name, text_of(jwk, member));
    }
  }
  return good ? builder.build("RSA", is_private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY) : nullptr;
}

EVP_PKEY* p256_from(const json::object& jwk, bool is_private) {
  const auto x = base64url_decode(text_of(jwk, "x"));
  const auto y = base64url_decode(text_of(jwk, "y"));
  if (text_of(jwk, "crv") != "P-256" || !x || !y || x->size() != 32 || y->size() != 32) {
    return nullptr;
  }
  Builder builder;
  const bool good = builder.text(OSSL_PKEY_PARAM_GROUP_NAME, "P-256") &&
                    builder.octets(OSSL_PKEY_PARAM_PUB_KEY, "\x04" + *x + *y) &&
                    (!is_private || builder.number(OSSL_PKEY_PARAM_PRIV_KEY, text_of(jwk, "d")));
  return good ? builder.build("EC", is_private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY) : nullptr;
}

EVP_PKEY* ed25519_from(const json::object& jwk, bool is_private) {
  const auto raw = base64url_decode(text_of(jwk, is_private ? "d" : "x"));
  if (text_of(jwk, "crv") != "Ed25519" || !raw || raw->size() != 32) return nullptr;
  return is_private ? EVP_PKEY_new_raw_private_key_ex(nullptr, "ED25519", nullptr, bytes(*raw),
                                                      raw->size())
                    : EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, bytes(*raw),
                                                     raw->size());
}

EVP_PKEY* key_from(const json::object& jwk, bool is_private) {
  const std::string_view type = text_of(jwk, "kty");
  if (type == "RSA") return rsa_from(jwk, is_private);
  if (type == "EC") return p256_from(jwk, is_private);
  if (type == "OKP") return ed25519_from(jwk, is_private);
  return nullptr;
}

// The DER that OpenSSL verifies, of the 64 bytes that JOSE has; empty: they are not 64.
std::string der_of(std::string_view signature) {
  if (signature.size() != 64) return "";
  const std::unique_ptr<ECDSA_SIG, OpensslFree<ECDSA_SIG_free>> pair(ECDSA_SIG_new());
  ECDSA_SIG_set0(pair.get(), BN_bin2bn(bytes(signature), 32, nullptr),
                 BN_bin2bn(bytes(signature.substr(32)), 32, nullptr));
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(pair.get(), &der);
  std::string out(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return out;
}

bool fits(EVP_PKEY* key, SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case SignatureAlgorithm::kRs256:
    case SignatureAlgorithm::kPs256:
      return EVP_PKEY_is_a(key, "RSA") == 1;
    case SignatureAlgorithm::kEs256:
      return EVP_PKEY_is_a(key, "EC") == 1 && EVP_PKEY_get_bits(key) == 256;
    case SignatureAlgorithm::kEdDsa:
      return EVP_PKEY_is_a(key, "ED25519") == 1;
    case SignatureAlgorithm::kHs256:
      return false;
  }
  return false;
}

bool verify_with(EVP_PKEY* key, SignatureAlgorithm algorithm, std::string_view text,
                 std::string_view signature) {
  const EVP_MD* const digest =
      algorithm == SignatureAlgorithm::kEdDsa ? nullptr : sha256_algorithm();
  const DigestContextPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* settings = nullptr;
  if (EVP_DigestVerifyInit(context.get(), &settings, digest, nullptr, key) != 1) return false;
  if (algorithm == SignatureAlgorithm::kPs256 &&
      (EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING) != 1 ||
       EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, 32) != 1)) {
    return false;
  }
  return EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(text),
                          text.size()) == 1;
}

}  // namespace

VerifyingKey::VerifyingKey(const PrivateKey& key) {
  EVP_PKEY_up_ref(key.handle());
  key_ = shared(key.handle());
}

std::optional<VerifyingKey> VerifyingKey::from_jwk(const json::object& jwk) {
  if (text_of(jwk, "kty") == "oct") {
    auto secret = base64url_decode(text_of(jwk, "k"));
    if (!secret || secret->empty()) return std::nullopt;
    VerifyingKey key{SharedKey()};
    key.secret_ = *std::move(secret);
    return key;
  }
  SharedKey key = shared(key_from(jwk, false));
  if (!key) return std::nullopt;
  return VerifyingKey(std::move(key));
}

std::optional<VerifyingKey> VerifyingKey::from_spki(std::string_view der) {
  const unsigned char* at = bytes(der);
  SharedKey key = shared(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
  if (!key) return std::nullopt;
  return VerifyingKey(std::move(key));
}

bool VerifyingKey::verify(SignatureAlgorithm algorithm, std::string_view text,
                          std::string_view signature) const {
  if (!key_) {
    if (algorithm != SignatureAlgorithm::kHs256) return false;
    const Sha256Digest mac = hmac_sha256(secret_, text);
    return constant_time_equal({reinterpret_cast<const char*>(mac.data()), mac.size()}, signature);
  }
  if (!fits(key_.get(), algorithm)) return false;
  const bool is_ecdsa = algorithm == SignatureAlgorithm::kEs256;
  const std::string der = is_ecdsa ? der_of(signature) : "";
  const bool verified = (!is_ecdsa || !der.empty()) &&
                        verify_with(key_.get(), algorithm, text, is_ecdsa ? der : signature);
  ERR_clear_error();
  return verified;
}

bool VerifyingKey::verify_compact(SignatureAlgorithm algorithm, std::string_view jws) const {
  const auto parts = jws_parts(jws);
  if (!parts) return false;
  const auto header = parse_json(parts->header);
  if (!header || !header->is_object()) return false;
  const json::object& members = header->get_object();
  return text_of(members, "alg") == to_text(algorithm) && !members.contains("crit") &&
         !members.contains("b64") && verify(algorithm, parts->signing_input, parts->signature);
}

Result<PrivateKey> private_key_from_jwk(std::string_view text) {
  STRONGROOM_TRY(const json::value jwk, parse_json(text));
  const SharedKey key = jwk.is_object() ? shared(key_from(jwk.get_object(), true)) : nullptr;
  const KeyInfoPtr info(key ? EVP_PKEY2PKCS8(key.get()) : nullptr);
  unsigned char* der = nullptr;
  const int size = info ? i2d_PKCS8_PRIV_KEY_INFO(info.get(), &der) : -1;
  if (size <= 0) return Error{Code::kInvalidArgument, "This is not a private JWK."};
  const std::string file(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return PrivateKey::parse(file, KeyPassword(""));
}

std::optional<JwsParts> jws_parts(std::string_view jws) {
  const std::size_t first = jws.find('.');
  const std::size_t second = jws.find('.', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) return std::nullopt;
  const auto header = base64url_decode(jws.substr(0, first));
  const auto payload = base64url_decode(jws.substr(first + 1, second - first - 1));
  const auto signature = base64url_decode(jws.substr(second + 1));
  if (!header || !payload || !signature) return std::nullopt;
  return JwsParts{*header, *payload, *signature, std::string(jws.substr(0, second))};
}

}  // namespace strongroom::crypto
