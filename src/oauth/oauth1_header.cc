#include "oauth/oauth1_header.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <utility>

#include "crypto/encoding.h"
#include "http/url.h"

namespace strongroom::oauth {
namespace {

constexpr std::size_t kMaxConsumerKey = 2048;
constexpr std::size_t kNonceBytes = 12;

// Parameters some of which open a door while a request is on its way.
class WipedParameters {
 public:
  explicit WipedParameters(Oauth1Parameters all) : all_(std::move(all)) {}
  WipedParameters(const WipedParameters&) = delete;
  WipedParameters& operator=(const WipedParameters&) = delete;
  ~WipedParameters() {
    for (Oauth1Parameter& parameter : all_) wipe(parameter.value);
  }
  const Oauth1Parameters& all() const { return all_; }

 private:
  Oauth1Parameters all_;
};

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return ' ' <= c && c <= '~'; });
}

Status check_realm(std::string_view realm) {
  if (is_printable(realm) && realm.find_first_of("\"\\") == std::string_view::npos) return {};
  return Error{Code::kInvalidArgument,
               "A realm is of printable ASCII characters without quotes and backslashes."}
      .at("/realm");
}

// One parameter stands in one place only (section 3.5).
Status check_own_names(const Oauth1Parameters& parameters, const char* field) {
  for (const Oauth1Parameter& parameter : parameters) {
    if (!parameter.name.starts_with("oauth_")) continue;
    return Error{Code::kInvalidArgument,
                 "A parameter of the request begins with oauth_, as those of its header do."}
        .at(field);
  }
  return {};
}

// All that the header says and that is signed, in the order in which it stands there.
Oauth1Parameters protocol_parameters(const Oauth1Signer& signer, const Oauth1Request& request,
                                     const Oauth1Stamp& stamp) {
  Oauth1Parameters parameters;
  parameters.reserve(8);
  parameters.push_back({"oauth_consumer_key", std::string(signer.consumer_key)});
  if (signer.credentials != nullptr) {
    parameters.push_back({"oauth_token", std::string(signer.credentials->token.reveal())});
  }
  parameters.push_back({"oauth_signature_method", std::string(to_text(signer.method))});
  parameters.push_back({"oauth_timestamp", std::to_string(stamp.timestamp)});
  parameters.push_back({"oauth_nonce", stamp.nonce});
  parameters.push_back({"oauth_version", "1.0"});
  if (!request.callback.empty()) {
    parameters.push_back({"oauth_callback", std::string(request.callback)});
  }
  if (request.verifier != nullptr) {
    parameters.push_back({"oauth_verifier", std::string(request.verifier->reveal())});
  }
  return parameters;
}

// What the signature is over: `said`, and the body.
Result<std::string> text_to_sign(const Oauth1Request& request, const Oauth1Parameters& said) {
  auto form = read_signed_parameters(request.form);
  if (!form) return std::move(form).error().at("/form");
  STRONGROOM_CHECK(check_own_names(*form, "/form"));
  Oauth1Parameters all = *std::move(form);
  all.insert(all.end(), said.begin(), said.end());
  const WipedParameters wiped(std::move(all));
  return signature_base_string(request.method, request.address, wiped.all());
}

Status check_address(const Oauth1Signer& signer, std::string_view address) {
  auto url = http::Url::parse(address);
  if (!url) return std::move(url).error().at("/url");
  if (shows_secrets(signer.method) && url->scheme != "https") {
    return Error{Code::kInvalidArgument,
                 "PLAINTEXT sends the secrets themselves, so it needs an https address."}
        .at("/url");
  }
  auto query = read_signed_parameters(url->query);
  if (!query) return std::move(query).error().at("/url");
  return check_own_names(*query, "/url");
}

// Section 3.5.1. Encoded once more, so that nothing can end a quoted text.
http::SecretHeader header_line(std::string_view realm, const Oauth1Parameters& said,
                               const Oauth1Signature& signature) {
  std::size_t longest = realm.size() + 3 * signature.reveal().size() + 128;
  for (const Oauth1Parameter& parameter : said) longest += 3 * parameter.value.size() + 64;
  std::string line;
  line.reserve(longest);  // in one piece, so that no copy is left behind
  line.append("Authorization: OAuth ");
  if (!realm.empty()) line.append("realm=\"").append(realm).append("\", ");
  const auto add = [&line](std::string_view name, std::string_view value) {
    std::string encoded = oauth1_encode(value);
    line.append(name).append("=\"").append(encoded).append("\"");
    wipe(encoded);
  };
  for (const Oauth1Parameter& parameter : said) {
    add(parameter.name, parameter.value);
    line.append(", ");
  }
  add("oauth_signature", signature.reveal());
  http::SecretHeader header(line);
  wipe(line);
  return header;
}

}  // namespace

Result<Oauth1Stamp> new_stamp(crypto::Random& random, WallTime now, Seconds skew) {
  const auto since = std::chrono::floor<Seconds>(now.time_since_epoch()) + skew;
  if (since <= Seconds{0}) {
    return Error{Code::kInvalidArgument, "The clock says a time before 1970."};
  }
  std::array<std::byte, kNonceBytes> bytes{};
  random.fill(bytes);
  return Oauth1Stamp{.nonce = crypto::hex(bytes), .timestamp = since.count()};
}

Status check_oauth1_consumer_key(std::string_view consumer_key) {
  if (is_oauth1_text(consumer_key, kMaxConsumerKey)) return {};
  return Error{Code::kInvalidArgument,
               "The consumer key is missing, too long, or has other than printable ASCII "
               "characters."}
      .at("/consumer_key");
}

Result<http::SecretHeader> oauth1_authorization(const Oauth1Signer& signer,
                                                const Oauth1Request& request,
                                                const Oauth1Stamp& stamp) {
  STRONGROOM_CHECK(check_oauth1_consumer_key(signer.consumer_key));
  STRONGROOM_CHECK(check_realm(signer.realm));
  STRONGROOM_CHECK(check_address(signer, request.address));
  const WipedParameters said(protocol_parameters(signer, request, stamp));
  STRONGROOM_TRY(std::string text, text_to_sign(request, said.all()));
  const Oauth1Key key{
      .method = signer.method,
      .consumer_secret = signer.consumer_secret,
      .private_key = signer.private_key,
      .token_secret = signer.credentials == nullptr ? nullptr : &signer.credentials->secret};
  auto signature = oauth1_signature(key, text);
  wipe(text);
  if (!signature) return std::move(signature).error();
  return header_line(signer.realm, said.all(), *signature);
}

}  // namespace strongroom::oauth
