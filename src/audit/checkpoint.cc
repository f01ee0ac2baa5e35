#include "audit/checkpoint.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include <boost/json.hpp>

#include "base/json.h"
#include "crypto/encoding.h"
#include "crypto/jwk.h"
#include "crypto/jwk_set.h"
#include "crypto/jws.h"
#include "crypto/jws_verify.h"

namespace strongroom::audit {
namespace {

namespace json = boost::json;

constexpr std::string_view kHeader = R"({"alg":"EdDSA","typ":"strongroom-checkpoint"})";
constexpr std::size_t kPublicKeyBytes = 32;
constexpr std::size_t kServerBytes = 16;
constexpr JsonLimits kLimits{.max_bytes = 4096, .max_depth = 2};

// Ed25519 keys in PKCS#8 (RFC 8410 section 7) are this and the seed.
constexpr unsigned char kPkcs8[] = {0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06,
                                    0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20};

Error damaged() { return Error{Code::kCorrupt, "a checkpoint of the audit trail was changed"}; }

// {"crv":"Ed25519","kty":"OKP","x":"…"}: the one text in it that is not always the same.
std::string raw_key_of(const crypto::PrivateKey& key) {
  constexpr std::string_view kMember = "\"x\":\"";
  const std::string jwk = crypto::public_jwk(key);
  const std::size_t begin = jwk.find(kMember) + kMember.size();
  return jwk.substr(begin, jwk.find('"', begin) - begin);
}

std::string server_of(std::string_view public_key) {
  const crypto::Sha256Digest digest = crypto::sha256(public_key);
  return crypto::hex(std::span(digest).first(kServerBytes));
}

std::string text_of(const json::object& payload, std::string_view name) {
  const json::value* const value = payload.if_contains(name);
  const json::string* const text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string() : std::string(*text);
}

Result<json::object> parse_payload(const std::string& text) {
  const auto parsed = parse_json(text, kLimits);
  const json::object* const payload = parsed ? parsed->if_object() : nullptr;
  if (payload == nullptr) return damaged();
  return *payload;
}

// Nobody vouches for what it says yet.
Result<std::string> named_key(std::string_view text) {
  const std::size_t first = text.find('.');
  const std::size_t second = first == std::string_view::npos ? first : text.find('.', first + 1);
  if (second == std::string_view::npos) return damaged();
  const auto payload = crypto::base64url_decode(text.substr(first + 1, second - first - 1));
  if (!payload) return damaged();
  STRONGROOM_TRY(const json::object members, parse_payload(*payload));
  std::string key = text_of(members, "public_key");
  if (!is_public_key(key)) return damaged();
  return key;
}

Result<Head> head_of(const json::object& payload) {
  const json::value* const sequence = payload.if_contains("sequence");
  const auto hash = crypto::hex_decode(text_of(payload, "hash"));
  Head head;
  if (sequence == nullptr || !sequence->is_int64() || !hash || hash->size() != head.hash.size()) {
    return damaged();
  }
  head.sequence = sequence->get_int64();
  std::ranges::transform(*hash, head.hash.begin(),
                         [](char c) { return static_cast<std::byte>(c); });
  return head;
}

}  // namespace

CheckpointKey::CheckpointKey(crypto::PrivateKey key)
    : key_(std::move(key)), public_key_(raw_key_of(key_)), server_(server_of(public_key_)) {}

Result<CheckpointKey> CheckpointKey::from_seed(const crypto::Sha256Digest& seed) {
  std::string der(reinterpret_cast<const char*>(kPkcs8), sizeof kPkcs8);
  der.append(as_text(seed));
  const crypto::PrivateKeyDer stored{der};
  wipe(der);
  STRONGROOM_TRY(crypto::PrivateKey key, crypto::PrivateKey::open(stored));
  return CheckpointKey(std::move(key));
}

Result<std::string> CheckpointKey::sign(const Head& head, WallTime at) const {
  std::string payload = R"({"server":")" + server_ + R"(","public_key":")" + public_key_ +
                        R"(","sequence":)" + std::to_string(head.sequence) + R"(,"hash":")" +
                        crypto::hex(head.hash) + R"(","at":")";
  append_rfc3339_millis(payload, at);
  payload.append("\"}");
  return crypto::compact_jws(key_, crypto::SignatureAlgorithm::kEdDsa, kHeader, payload);
}

Result<Checkpoint> read_checkpoint(std::string_view text) {
  constexpr std::array kAllowed{crypto::SignatureAlgorithm::kEdDsa};
  STRONGROOM_TRY(const std::string key, named_key(text));
  const auto keys =
      crypto::JwkSet::parse(R"({"keys":[{"kty":"OKP","crv":"Ed25519","x":")" + key + "\"}]}");
  if (!keys) return damaged();
  const auto verified = crypto::verify_jws(text, *keys, kAllowed);
  if (!verified || verified->type != "strongroom-checkpoint") return damaged();
  STRONGROOM_TRY(const json::object payload, parse_payload(verified->payload));
  Checkpoint checkpoint{.server = text_of(payload, "server"),
                        .public_key = text_of(payload, "public_key"),
                        .head = {},
                        .at = text_of(payload, "at")};
  STRONGROOM_TRY(checkpoint.head, head_of(payload));
  if (checkpoint.server != server_of(checkpoint.public_key)) return damaged();
  return checkpoint;
}

bool is_public_key(std::string_view text) {
  const auto decoded = crypto::base64url_decode(text);
  return decoded && decoded->size() == kPublicKeyBytes;
}

}  // namespace strongroom::audit
