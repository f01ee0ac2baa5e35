#include "oauth/oauth1_signature.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/ascii.h"
#include "base/base64.h"
#include "crypto/digest.h"
#include "crypto/rsa_sha1.h"
#include "http/message.h"
#include "http/url.h"

namespace strongroom::oauth {
namespace {

using catalogue::SignatureMethod;

constexpr std::size_t kMaxMethod = 32;

Status check_method(std::string_view method) {
  const bool is_one =
      !method.empty() && method.size() <= kMaxMethod &&
      std::ranges::all_of(method, [](char c) { return ('A' <= c && c <= 'Z') || c == '-'; });
  if (is_one) return {};
  return Error{Code::kInvalidArgument, "A method is written in upper-case letters, such as GET."}
      .at("/method");
}

Error not_a_form() {
  return Error{Code::kInvalidArgument,
               "The parameters are not form-encoded, or there are too many of them."};
}

// Section 3.4.1.3.2. Encoded names with the same beginning do not sort as "name=value" would, since
// '=' stands behind some of the letters that a name may go on with.
std::string normalized(const Oauth1Parameters& parameters) {
  std::vector<std::pair<std::string, std::string>> encoded;
  encoded.reserve(parameters.size());
  for (const Oauth1Parameter& parameter : parameters) {
    if (parameter.name == "oauth_signature") continue;
    encoded.emplace_back(oauth1_encode(parameter.name), oauth1_encode(parameter.value));
  }
  std::ranges::sort(encoded);
  std::string text;
  for (const auto& [name, value] : encoded) {
    if (!text.empty()) text += '&';
    text.append(name).append("=").append(value);
  }
  return text;
}

// Both encoded, with the '&' that is always there.
std::string shared_key(const Oauth1Key& key) {
  std::string consumer = oauth1_encode(key.consumer_secret->reveal());
  std::string token =
      key.token_secret == nullptr ? std::string() : oauth1_encode(key.token_secret->reveal());
  std::string joined;
  joined.reserve(consumer.size() + 1 + token.size());
  joined.append(consumer).append("&").append(token);
  wipe(consumer);
  wipe(token);
  return joined;
}

std::string base64_of(std::span<const std::byte> bytes) {
  return base64({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

Result<Oauth1Signature> by_private_key(const Oauth1Key& key, std::string_view base_string) {
  if (key.private_key == nullptr || key.consumer_secret != nullptr) {
    return Error{Code::kInvalidArgument, "RSA-SHA1 signs with a private key, and with it alone."}
        .at("/private_key");
  }
  auto signature = crypto::rsa_sha1_signature(*key.private_key, base_string);
  if (!signature) return std::move(signature).error().at("/private_key");
  return Oauth1Signature(base64(*signature));
}

Result<Oauth1Signature> by_shared_secret(const Oauth1Key& key, std::string_view base_string) {
  if (key.consumer_secret == nullptr || key.private_key != nullptr ||
      key.consumer_secret->reveal().empty()) {
    return Error{Code::kInvalidArgument, "This signature method needs a consumer secret."}.at(
        "/consumer_secrets");
  }
  std::string secret = shared_key(key);
  std::string text;
  if (key.method == SignatureMethod::kHmacSha1) {
    text = base64_of(crypto::hmac_sha1(secret, base_string));
  } else if (key.method == SignatureMethod::kHmacSha256) {
    text = base64_of(crypto::hmac_sha256(secret, base_string));
  }
  Oauth1Signature signature(key.method == SignatureMethod::kPlaintext ? secret : text);
  wipe(secret);
  return signature;
}

}  // namespace

std::string oauth1_encode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size() * 3);  // in one piece, so that no copy of a secret is left behind
  for (const char c : text) {
    if (is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kHex[byte >> 4U];
    out += kHex[byte & 0x0FU];
  }
  return out;
}

Result<Oauth1Parameters> read_signed_parameters(std::string_view form) {
  if (form.size() > kMaxSignedForm) return not_a_form();
  Oauth1Parameters parameters;
  while (!form.empty()) {
    const std::size_t end = std::min(form.find('&'), form.size());
    const std::string_view field = form.substr(0, end);
    form.remove_prefix(std::min(end + 1, form.size()));
    if (field.empty()) continue;  // "a=1&&b=2" has two parameters
    const std::size_t equals = std::min(field.find('='), field.size());
    Oauth1Parameter parameter;
    if (parameters.size() == kMaxSignedParameters ||
        !http::percent_decode(field.substr(0, equals), true, parameter.name) ||
        !http::percent_decode(field.substr(std::min(equals + 1, field.size())), true,
                              parameter.value)) {
      return not_a_form();
    }
    parameters.push_back(std::move(parameter));
  }
  return parameters;
}

Result<std::string> signature_base_string(std::string_view method, std::string_view address,
                                          const Oauth1Parameters& parameters) {
  STRONGROOM_CHECK(check_method(method));
  auto url = http::Url::parse(address);
  if (!url) return std::move(url).error().at("/url");
  auto all = read_signed_parameters(url->query);
  if (!all) return std::move(all).error().at("/url");
  if (all->size() + parameters.size() > kMaxSignedParameters) return not_a_form().at("/url");
  all->insert(all->end(), parameters.begin(), parameters.end());
  // Section 3.4.1.2: lower case and without the scheme's own port, as a parsed address has it.
  const std::string uri = url->origin() + url->path;
  const std::string joined = normalized(*all);
  return std::string(method) + "&" + oauth1_encode(uri) + "&" + oauth1_encode(joined);
}

bool shows_secrets(SignatureMethod method) { return method == SignatureMethod::kPlaintext; }

Result<Oauth1Signature> oauth1_signature(const Oauth1Key& key, std::string_view base_string) {
  return key.method == SignatureMethod::kRsaSha1 ? by_private_key(key, base_string)
                                                 : by_shared_secret(key, base_string);
}

}  // namespace strongroom::oauth
