#include "oauth/client_authentication.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/base64.h"
#include "http/message.h"

namespace strongroom::oauth {
namespace {

constexpr std::size_t kMaxClientId = 2048;

}  // namespace

http::SecretHeader basic_authorization(std::string_view client_id, const ConsumerSecret& secret,
                                       bool raw) {
  std::string id = raw ? std::string(client_id) : http::form_encode(client_id);
  std::string password = raw ? std::string(secret.reveal()) : http::form_encode(secret.reveal());
  std::string pair;
  pair.reserve(id.size() + 1 + password.size());
  pair.append(id).append(":").append(password);
  std::string encoded = base64(pair);
  std::string line;
  line.reserve(encoded.size() + 32);
  line.append("Authorization: Basic ").append(encoded);
  http::SecretHeader header(line);
  for (std::string* text : {&password, &pair, &encoded, &line}) wipe(*text);
  return header;
}

Status check_client_id(const catalogue::Provider& provider, catalogue::ClientAuthentication method,
                       std::string_view client_id) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (client_id.empty()) {
    return Error{Code::kInvalidArgument, "The consumer key is missing."}.at("/consumer_key");
  }
  if (client_id.size() > kMaxClientId || std::ranges::any_of(client_id, is_control)) {
    return Error{Code::kInvalidArgument,
                 "The consumer key is too long, or has a control character."}
        .at("/consumer_key");
  }
  if (!provider.offers(method)) {
    return Error{Code::kInvalidArgument,
                 "The service provider does not take this way of sending the consumer secret."}
        .at("/client_authentication");
  }
  if (method == catalogue::ClientAuthentication::kClientSecretBasic && provider.basic_raw &&
      client_id.find(':') != std::string_view::npos) {
    return Error{Code::kInvalidArgument,
                 "A consumer key with a colon cannot be sent to this service provider."}
        .at("/consumer_key");
  }
  return {};
}

bool name_client(std::string_view parameter, std::string_view client_id, TokenForm& form) {
  if (!form.has(parameter)) return form.add(parameter, client_id);
  const std::string named =
      "&" + http::form_encode(parameter) + "=" + http::form_encode(client_id) + "&";
  const http::RequestBody body = form.body();
  std::string text = "&";
  text.reserve(body.reveal().size() + 2);
  text.append(body.reveal()).append("&");
  const bool is_same = text.find(named) != std::string::npos;
  wipe(text);
  return is_same;
}

Status authenticate(const catalogue::Provider& provider, catalogue::ClientAuthentication method,
                    std::string_view client_id, const ConsumerSecret& secret, TokenForm& form,
                    http::OutgoingRequest& message) {
  STRONGROOM_CHECK(check_client_id(provider, method, client_id));
  if (secret.reveal().empty()) {
    return Error{Code::kInvalidArgument, "The consumer secret is empty."}.at("/consumer_secrets");
  }
  switch (method) {
    case catalogue::ClientAuthentication::kClientSecretBasic:
      message.secret_header = basic_authorization(client_id, secret, provider.basic_raw);
      return {};
    case catalogue::ClientAuthentication::kClientSecretPost:
      if (name_client(provider.wire.client_id_parameter, client_id, form) &&
          form.add(provider.wire.client_secret_parameter, secret.reveal())) {
        return {};
      }
      return Error{Code::kInternal, "The token request has client credentials already."};
    case catalogue::ClientAuthentication::kClientSecretJwt:
    case catalogue::ClientAuthentication::kPrivateKeyJwt:
    case catalogue::ClientAuthentication::kTlsClientAuth:
    case catalogue::ClientAuthentication::kSelfSignedTlsClientAuth:
    case catalogue::ClientAuthentication::kNone:
      return Error{Code::kInvalidArgument,
                   "This client authentication does not send the consumer secret."}
          .at("/client_authentication");
  }
  return Error{Code::kInternal, "There is no such client authentication."};
}

Status check_public_client(const catalogue::Provider& provider,
                           catalogue::ClientAuthentication method, catalogue::Grant grant) {
  if (method != catalogue::ClientAuthentication::kNone) return {};
  const auto refused = [](LiteralText message) {
    return Error{Code::kInvalidArgument, message}.at("/client_authentication");
  };
  if (grant != catalogue::Grant::kAuthorizationCode && grant != catalogue::Grant::kDeviceCode) {
    return refused(
        "A client without a secret or key is nobody by itself: with it, people sign in with the "
        "authorization code grant or the device grant.");
  }
  if (grant == catalogue::Grant::kAuthorizationCode && provider.authorization.pkce_unsupported) {
    return refused(
        "The service provider has no PKCE: without it, whoever sees a code could use it in place "
        "of a client that has no secret.");
  }
  return {};
}

Status name_public_client(const catalogue::Provider& provider, std::string_view client_id,
                          TokenForm& form, const http::OutgoingRequest& message) {
  STRONGROOM_CHECK(check_client_id(provider, catalogue::ClientAuthentication::kNone, client_id));
  const bool proves = message.secret_header || message.identity ||
                      form.has(provider.wire.client_secret_parameter) ||
                      form.has("client_assertion");
  if (!proves && name_client(provider.wire.client_id_parameter, client_id, form)) return {};
  return Error{Code::kInternal, "The token request has client credentials already."};
}

}  // namespace strongroom::oauth
