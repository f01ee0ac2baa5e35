#include "catalogue/provider.h"

#include <algorithm>

namespace strongroom::catalogue {

bool is_mutual_tls(ClientAuthentication method) {
  return method == ClientAuthentication::kTlsClientAuth ||
         method == ClientAuthentication::kSelfSignedTlsClientAuth;
}

bool Provider::offers(Grant grant) const {
  return std::ranges::find(grants, grant) != grants.end();
}

bool Provider::offers(ClientAuthentication method) const {
  return std::ranges::find(client_authentication, method) != client_authentication.end();
}

std::string_view to_text(Grant value) {
  switch (value) {
    case Grant::kClientCredentials:
      return "client_credentials";
    case Grant::kAuthorizationCode:
      return "authorization_code";
    case Grant::kJwtBearer:
      return "jwt_bearer";
    case Grant::kDeviceCode:
      return "device_code";
    case Grant::kOauth1:
      return "oauth1";
    case Grant::kTokenExchange:
      return "token_exchange";
    case Grant::kPassword:
      return "password";
  }
  return "";
}

std::string_view to_text(ClientAuthentication value) {
  switch (value) {
    case ClientAuthentication::kClientSecretBasic:
      return "client_secret_basic";
    case ClientAuthentication::kClientSecretPost:
      return "client_secret_post";
    case ClientAuthentication::kClientSecretJwt:
      return "client_secret_jwt";
    case ClientAuthentication::kPrivateKeyJwt:
      return "private_key_jwt";
    case ClientAuthentication::kTlsClientAuth:
      return "tls_client_auth";
    case ClientAuthentication::kSelfSignedTlsClientAuth:
      return "self_signed_tls_client_auth";
    case ClientAuthentication::kNone:
      return "none";
  }
  return "";
}

std::string_view to_text(ExchangeStyle value) {
  switch (value) {
    case ExchangeStyle::kTokenExchange:
      return "token_exchange";
    case ExchangeStyle::kOnBehalfOf:
      return "on_behalf_of";
  }
  return "";
}

std::string_view to_text(SignatureMethod value) {
  switch (value) {
    case SignatureMethod::kHmacSha1:
      return "HMAC-SHA1";
    case SignatureMethod::kHmacSha256:
      return "HMAC-SHA256";
    case SignatureMethod::kRsaSha1:
      return "RSA-SHA1";
    case SignatureMethod::kPlaintext:
      return "PLAINTEXT";
  }
  return "";
}

std::string_view to_text(DpopUse value) {
  switch (value) {
    case DpopUse::kUnsupported:
      return "unsupported";
    case DpopUse::kSupported:
      return "supported";
    case DpopUse::kRequired:
      return "required";
  }
  return "";
}

std::string_view to_text(Prompt value) {
  switch (value) {
    case Prompt::kLogin:
      return "login";
    case Prompt::kConsent:
      return "consent";
    case Prompt::kSelectAccount:
      return "select_account";
  }
  return "";
}

std::string_view to_text(SupportedAccounts value) {
  switch (value) {
    case SupportedAccounts::kThisDirectoryOnly:
      return "this_directory_only";
    case SupportedAccounts::kAnyDirectory:
      return "any_directory";
    case SupportedAccounts::kWithPersonalAccounts:
      return "with_personal_accounts";
  }
  return "";
}

}  // namespace strongroom::catalogue
