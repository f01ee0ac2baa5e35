#include "crypto/jws_verify.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <boost/json.hpp>

#include "base/json.h"
#include "crypto/encoding.h"

namespace strongroom::crypto {
namespace {

namespace json = boost::json;

constexpr JsonLimits kHeaderLimits{.max_bytes = std::size_t{8} * 1024, .max_depth = 8};

// The parts of the compact form (RFC 7515 section 7.1); the first is still JSON text.
struct Parts {
  std::string header;
  std::string payload;
  std::string signature;
  std::string_view signed_text;
};

struct Header {
  std::string algorithm;
  std::string kid;
  std::string type;
};

Error malformed() { return Error{Code::kInvalidArgument, "This is no signed token."}; }

Result<Parts> split(std::string_view jws) {
  const std::size_t first = jws.find('.');
  const std::size_t second = first == std::string_view::npos ? first : jws.find('.', first + 1);
  if (jws.size() > kMaxJwsBytes || second == std::string_view::npos) return malformed();
  const std::string_view signature_text = jws.substr(second + 1);  // a third dot does not decode
  auto header = base64url_decode(jws.substr(0, first));
  auto payload = base64url_decode(jws.substr(first + 1, second - first - 1));
  auto signature = base64url_decode(signature_text);
  if (!header || !payload || !signature || signature->empty()) return malformed();
  return Parts{*std::move(header), *std::move(payload), *std::move(signature),
               jws.substr(0, second)};
}

// Empty where it is not there; nullopt where it is no text.
std::optional<std::string> text_of(const json::object& header, std::string_view name) {
  const json::value* value = header.if_contains(name);
  if (value == nullptr) return "";
  if (!value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

Result<Header> read_header(const std::string& text) {
  const auto parsed = parse_json(text, kHeaderLimits);
  const json::object* const members = parsed ? parsed->if_object() : nullptr;
  if (members == nullptr) return malformed();
  if (members->contains("crit") || members->contains("b64")) {
    return Error{Code::kInvalidArgument,
                 "The token's header has an extension that is not supported."};
  }
  auto algorithm = text_of(*members, "alg");
  auto kid = text_of(*members, "kid");
  auto type = text_of(*members, "typ");
  if (!algorithm || !kid || !type) return malformed();
  return Header{*std::move(algorithm), *std::move(kid), *std::move(type)};
}

}  // namespace

Result<VerifiedJws> verify_jws(std::string_view jws, const JwkSet& keys,
                               std::span<const SignatureAlgorithm> allowed) {
  STRONGROOM_TRY(Parts parts, split(jws));
  STRONGROOM_TRY(Header header, read_header(parts.header));
  const auto algorithm = signature_algorithm_from_text(header.algorithm);
  if (!algorithm || *algorithm == SignatureAlgorithm::kHs256 ||
      std::ranges::find(allowed, *algorithm) == allowed.end()) {
    return Error{Code::kInvalidArgument,
                 "The token is signed with an algorithm that is not allowed.",
                 {},
                 "signature_algorithm"};
  }
  STRONGROOM_TRY(const PublicKey key, keys.choose(header.kid, *algorithm));
  if (!key.verify(*algorithm, parts.signed_text, parts.signature)) {
    return Error{
        Code::kInvalidArgument, "The token's signature is not the issuer's.", {}, "bad_signature"};
  }
  return VerifiedJws{*algorithm, std::move(header.type), std::move(parts.payload)};
}

}  // namespace strongroom::crypto
