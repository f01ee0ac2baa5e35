#include "oauth/server_metadata.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include <boost/json.hpp>

#include "base/json.h"
#include "http/url.h"

namespace strongroom::oauth {
namespace {

namespace json = boost::json;
using catalogue::ClientAuthentication;

constexpr JsonLimits kLimits{.max_bytes = kMaxMetadataBytes, .max_depth = 16};
constexpr std::size_t kMaxListLength = 200;
constexpr std::size_t kMaxItemBytes = 256;

struct AddressMember {
  std::string_view name;
  std::string ServerMetadata::*field;
};
constexpr std::array<AddressMember, 9> kAddresses{{
    {"token_endpoint", &ServerMetadata::token_endpoint},
    {"authorization_endpoint", &ServerMetadata::authorization_endpoint},
    {"jwks_uri", &ServerMetadata::jwks_uri},
    {"userinfo_endpoint", &ServerMetadata::userinfo_endpoint},
    {"introspection_endpoint", &ServerMetadata::introspection_endpoint},
    {"revocation_endpoint", &ServerMetadata::revocation_endpoint},
    {"device_authorization_endpoint", &ServerMetadata::device_authorization_endpoint},
    {"pushed_authorization_request_endpoint",
     &ServerMetadata::pushed_authorization_request_endpoint},
    {"registration_endpoint", &ServerMetadata::registration_endpoint},
}};

constexpr std::string_view kAliases = "mtls_endpoint_aliases";
constexpr std::string_view kMethods = "token_endpoint_auth_methods_supported";
constexpr std::string_view kAlgorithms = "token_endpoint_auth_signing_alg_values_supported";
constexpr std::string_view kGrants = "grant_types_supported";
constexpr std::string_view kChallenges = "code_challenge_methods_supported";
constexpr std::string_view kNamesIssuer = "authorization_response_iss_parameter_supported";
constexpr std::string_view kDpopAlgorithms = "dpop_signing_alg_values_supported";
constexpr std::string_view kBound = "tls_client_certificate_bound_access_tokens";
constexpr std::string_view kPushed = "require_pushed_authorization_requests";
constexpr std::string_view kDocuments = "client_id_metadata_document_supported";
constexpr std::string_view kScopes = "scopes_supported";

// `member` is a name of ours.
Error refused(LiteralText message, std::string_view member = {}) {
  return Error{Code::kInvalidArgument, message, std::string(member)};
}

// A member that is null says as much as one that is not there.
const json::value* find(const json::object& object, std::string_view name) {
  const json::value* const found = object.if_contains(name);
  return found == nullptr || found->is_null() ? nullptr : found;
}

Result<std::string> read_address(const json::object& object, std::string_view name,
                                 const http::AddressPolicy* reach) {
  const json::value* const value = find(object, name);
  if (value == nullptr) return std::string();
  if (!value->is_string()) return refused("A member of the metadata has another type.", name);
  const auto url = http::Url::parse(value->get_string());
  if (!url || url->scheme != "https") {
    return refused("An endpoint in the metadata is not an https address that may be called.", name);
  }
  const auto address = http::IpAddress::parse(url->host);
  if (address && reach != nullptr && !reach->permits(*address)) {
    return refused(
        "An endpoint in the metadata has an address that the target system's address policy does "
        "not allow.",
        name);
  }
  return url->text;
}

// nullopt: it is not there.
Result<std::optional<std::vector<std::string>>> read_list(const json::object& object,
                                                          std::string_view name) {
  using List = std::optional<std::vector<std::string>>;
  const json::value* const value = find(object, name);
  if (value == nullptr) return List();
  const json::array* const array = value->if_array();
  if (array == nullptr || array->size() > kMaxListLength) {
    return refused("A member of the metadata has another type.", name);
  }
  std::vector<std::string> list;
  for (const json::value& item : *array) {
    if (!item.is_string() || item.get_string().size() > kMaxItemBytes) {
      return refused("A member of the metadata has another type.", name);
    }
    list.emplace_back(item.get_string());
  }
  return List(std::move(list));
}

Result<bool> read_flag(const json::object& object, std::string_view name) {
  const json::value* const value = find(object, name);
  if (value == nullptr) return false;
  if (!value->is_bool()) return refused("A member of the metadata has another type.", name);
  return value->get_bool();
}

Status read_aliases(const json::object& document, const http::AddressPolicy* reach,
                    ServerMetadata& metadata) {
  const json::value* const value = find(document, kAliases);
  if (value == nullptr) return {};
  if (!value->is_object()) return refused("A member of the metadata has another type.", kAliases);
  for (const auto& member : kAddresses) {  // all of them are judged; two are of use
    STRONGROOM_TRY(std::string address, read_address(value->get_object(), member.name, reach));
    if (member.field == &ServerMetadata::token_endpoint) {
      metadata.mtls_token_endpoint = std::move(address);
    } else if (member.field == &ServerMetadata::revocation_endpoint) {
      metadata.mtls_revocation_endpoint = std::move(address);
    }
  }
  return {};
}

Status read_lists(const json::object& document, ServerMetadata& metadata) {
  STRONGROOM_TRY(auto methods, read_list(document, kMethods));
  metadata.auth_methods =
      std::move(methods).value_or(std::vector<std::string>{"client_secret_basic"});
  STRONGROOM_TRY(metadata.auth_algorithms, read_list(document, kAlgorithms));
  STRONGROOM_TRY(metadata.grant_types, read_list(document, kGrants));
  STRONGROOM_TRY(auto challenges, read_list(document, kChallenges));
  metadata.code_challenge_methods = std::move(challenges).value_or(std::vector<std::string>());
  STRONGROOM_TRY(auto dpop, read_list(document, kDpopAlgorithms));
  metadata.dpop_algorithms = std::move(dpop).value_or(std::vector<std::string>());
  STRONGROOM_TRY(metadata.names_issuer_in_answers, read_flag(document, kNamesIssuer));
  STRONGROOM_TRY(metadata.binds_tokens_to_certificates, read_flag(document, kBound));
  STRONGROOM_TRY(metadata.requires_pushed_authorization_requests, read_flag(document, kPushed));
  STRONGROOM_TRY(metadata.takes_client_id_documents, read_flag(document, kDocuments));
  // Good for suggestions only, and with some servers very long: what is not understood is not said.
  if (auto scopes = read_list(document, kScopes)) metadata.scopes = *std::move(scopes);
  return {};
}

// The sign-in hosts of Microsoft's clouds, the only ones with documents for many tenants.
constexpr std::array<std::string_view, 4> kMicrosoftHosts{
    "login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn",
    "login.chinacloudapi.cn"};
// The tenant of all personal accounts.
constexpr std::string_view kPersonalAccounts = "9188040d-6c67-4c5b-b112-36a304b66dad";

// `issuer` with its tenant replaced by what the document says in its place, for a name that stands
// for many tenants; empty: it is none.
std::string microsoft_issuer(std::string_view issuer) {
  const auto url = http::Url::parse(issuer);
  if (!url || url->port != 443 ||
      std::ranges::find(kMicrosoftHosts, url->host) == kMicrosoftHosts.end()) {
    return "";
  }
  const std::size_t end = url->path.find('/', 1);
  const std::string_view tenant = std::string_view(url->path).substr(1, end - 1);
  const std::string_view rest =
      end == std::string::npos ? std::string_view() : std::string_view(url->path).substr(end);
  std::string_view written;
  if (tenant == "common" || tenant == "organizations") written = "{tenantid}";
  if (tenant == "consumers") written = kPersonalAccounts;
  if (written.empty()) return "";
  return "https://" + url->host + "/" + std::string(written) + std::string(rest);
}

bool is_issuer(std::string_view wanted, std::string_view written) {
  if (wanted == written) return true;
  const std::string microsoft = microsoft_issuer(wanted);
  return !microsoft.empty() && microsoft == written;
}

void add_text(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  out += out.empty() ? '{' : ',';
  append_json_string(out, name);
  out += ':';
  append_json_string(out, value);
}

void add_list(std::string& out, std::string_view name, const std::vector<std::string>& list) {
  out += out.empty() ? '{' : ',';
  append_json_string(out, name);
  out += ":[";
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i > 0) out += ',';
    append_json_string(out, list[i]);
  }
  out += ']';
}

std::string origin_of(std::string_view address) {
  const auto url = http::Url::parse(address);
  return url ? url->origin() : std::string(address);
}

bool has(const std::vector<std::string>& list, std::string_view item) {
  return std::ranges::find(list, item) != list.end();
}

bool has_what_it_takes(ClientAuthentication method, Credentials credentials) {
  if (catalogue::is_mutual_tls(method)) return credentials.certificate;
  if (method == ClientAuthentication::kNone) return true;
  if (method != ClientAuthentication::kPrivateKeyJwt) return credentials.secret;
  return credentials.key || credentials.certificate;
}

// Where there are none yet, a secret is to come, most likely.
Credentials with_some(Credentials credentials) {
  if (!credentials.key && !credentials.certificate) credentials.secret = true;
  return credentials;
}

// The lower, the sooner it is taken.
int rank(ClientAuthentication method, const ServerMetadata& metadata, Credentials credentials) {
  constexpr int kNotBoth = 20;
  constexpr int kNothing = 16;
  const int missing = has_what_it_takes(method, credentials) ? 0 : 10;
  if (!has(metadata.auth_methods, catalogue::to_text(method))) return kNotBoth;
  switch (method) {
    case ClientAuthentication::kTlsClientAuth:
      return missing;
    case ClientAuthentication::kSelfSignedTlsClientAuth:
      return missing + 1;
    case ClientAuthentication::kPrivateKeyJwt:
      return missing + 2;
    case ClientAuthentication::kClientSecretBasic:
      return missing + 3;
    case ClientAuthentication::kClientSecretPost:
      return missing + 4;
    case ClientAuthentication::kClientSecretJwt:
      return missing + 5;
    case ClientAuthentication::kNone:
      break;  // behind all others, there or not: a proof that is to come is better than none
  }
  return kNothing;
}

// Credentials are shown where codes for devices are asked for, too, and initial access tokens where
// clients register. One that is new counts unless it is where the tokens come from anyway:
// documents that were read before had no such member.
bool moves_endpoint(const ServerMetadata& accepted, const ServerMetadata& next,
                    std::string ServerMetadata::*endpoint) {
  const std::string& before = accepted.*endpoint;
  const std::string& after = next.*endpoint;
  if (after.empty() || after == before) return false;
  return !before.empty() || origin_of(after) != origin_of(accepted.token_endpoint);
}

// What of a credential leaves the process.
enum class Proof : std::uint8_t { kNothing, kCredential, kKeyedDigest, kSignature };

// What the method shows that complete() puts first.
Proof proof_of(const catalogue::Provider& provider, const ServerMetadata& metadata,
               Credentials credentials) {
  const ClientAuthentication method =
      complete(provider, metadata, credentials).client_authentication.front();
  const bool usable = has(metadata.auth_methods, catalogue::to_text(method)) &&
                      has_what_it_takes(method, with_some(credentials));
  if (!usable || method == ClientAuthentication::kNone) return Proof::kNothing;
  if (method == ClientAuthentication::kPrivateKeyJwt || catalogue::is_mutual_tls(method)) {
    return Proof::kSignature;
  }
  return method == ClientAuthentication::kClientSecretJwt ? Proof::kKeyedDigest
                                                          : Proof::kCredential;
}

}  // namespace

Status check_issuer(std::string_view issuer) {
  auto url = http::Url::parse(issuer);
  if (!url) return std::move(url).error();
  if (url->scheme != "https") return refused("An issuer is an https address.");
  if (issuer.find('?') != std::string_view::npos) {
    return refused("An issuer is an address without a query.");
  }
  return {};
}

std::vector<std::string> metadata_urls(std::string_view issuer) {
  const auto url = http::Url::parse(issuer);
  if (!url) return {};
  const std::string origin = url->origin();
  std::string path = url->path;
  if (path.ends_with('/')) path.pop_back();
  std::vector<std::string> urls = {origin + "/.well-known/oauth-authorization-server" + path,
                                   origin + "/.well-known/openid-configuration" + path};
  if (!path.empty()) urls.push_back(origin + path + "/.well-known/openid-configuration");
  return urls;
}

Result<ServerMetadata> parse_server_metadata(std::string_view text, std::string_view issuer,
                                             const http::AddressPolicy* reach) {
  const auto parsed = parse_json(text, kLimits);
  if (!parsed) {
    return Error{Code::kInvalidArgument, "The metadata document is not well-formed JSON.",
                 parsed.error().detail};
  }
  const json::object* const document = parsed->if_object();
  if (document == nullptr) return refused("The metadata document is not a JSON object.");
  const json::value* const written = find(*document, "issuer");
  if (written == nullptr || !written->is_string() || !is_issuer(issuer, written->get_string())) {
    return refused(
        "The metadata document is another issuer's: the issuer that it names is not the one that "
        "was asked for, letter by letter.",
        "issuer");
  }
  ServerMetadata metadata;
  metadata.issuer = written->get_string();
  for (const auto& member : kAddresses) {
    STRONGROOM_TRY(metadata.*member.field, read_address(*document, member.name, reach));
  }
  if (metadata.token_endpoint.empty()) {
    return refused("The metadata document names no token endpoint.", "token_endpoint");
  }
  STRONGROOM_CHECK(read_aliases(*document, reach, metadata));
  STRONGROOM_CHECK(read_lists(*document, metadata));
  return metadata;
}

std::string to_json(const ServerMetadata& metadata) {
  std::string out;
  add_text(out, "issuer", metadata.issuer);
  for (const auto& member : kAddresses) add_text(out, member.name, metadata.*member.field);
  std::string aliases;
  add_text(aliases, "token_endpoint", metadata.mtls_token_endpoint);
  add_text(aliases, "revocation_endpoint", metadata.mtls_revocation_endpoint);
  if (!aliases.empty()) {
    out.append(",\"").append(kAliases).append("\":").append(aliases).append("}");
  }
  add_list(out, kMethods, metadata.auth_methods);
  if (metadata.auth_algorithms) add_list(out, kAlgorithms, *metadata.auth_algorithms);
  if (metadata.grant_types) add_list(out, kGrants, *metadata.grant_types);
  add_list(out, kChallenges, metadata.code_challenge_methods);
  if (!metadata.dpop_algorithms.empty()) add_list(out, kDpopAlgorithms, metadata.dpop_algorithms);
  out.append(",\"").append(kBound).append("\":");
  out += metadata.binds_tokens_to_certificates ? "true" : "false";
  if (metadata.names_issuer_in_answers) out.append(",\"").append(kNamesIssuer).append("\":true");
  if (metadata.requires_pushed_authorization_requests) {
    out.append(",\"").append(kPushed).append("\":true");
  }
  if (metadata.takes_client_id_documents) out.append(",\"").append(kDocuments).append("\":true");
  if (metadata.scopes) add_list(out, kScopes, *metadata.scopes);
  return out + "}";
}

bool is_for_many_tenants(std::string_view issuer, const ServerMetadata& metadata) {
  return issuer != metadata.issuer;
}

std::vector<std::string> other_destinations(const ServerMetadata& metadata) {
  std::vector<std::string> elsewhere;
  for (const std::string* const address :
       {&metadata.pushed_authorization_request_endpoint, &metadata.device_authorization_endpoint,
        &metadata.introspection_endpoint}) {
    const bool is_same =
        address->empty() || origin_of(*address) == origin_of(metadata.token_endpoint);
    if (!is_same) elsewhere.push_back(*address);
  }
  return elsewhere;
}

bool moves_trust(const ServerMetadata& accepted, const ServerMetadata& next) {
  return moves_endpoint(accepted, next, &ServerMetadata::device_authorization_endpoint) ||
         moves_endpoint(accepted, next, &ServerMetadata::registration_endpoint) ||
         accepted.issuer != next.issuer || accepted.token_endpoint != next.token_endpoint ||
         accepted.mtls_token_endpoint != next.mtls_token_endpoint ||
         accepted.revocation_endpoint != next.revocation_endpoint ||
         accepted.mtls_revocation_endpoint != next.mtls_revocation_endpoint ||
         other_destinations(accepted) != other_destinations(next) ||
         origin_of(accepted.jwks_uri) != origin_of(next.jwks_uri);
}

bool moves_sign_in(const ServerMetadata& accepted, const ServerMetadata& next) {
  return moves_trust(accepted, next) ||
         origin_of(accepted.authorization_endpoint) != origin_of(next.authorization_endpoint) ||
         (!accepted.userinfo_endpoint.empty() && !next.userinfo_endpoint.empty() &&
          origin_of(accepted.userinfo_endpoint) != origin_of(next.userinfo_endpoint)) ||
         (accepted.names_issuer_in_answers && !next.names_issuer_in_answers);
}

catalogue::Provider complete(catalogue::Provider provider, const ServerMetadata& metadata,
                             Credentials credentials) {
  credentials = with_some(credentials);
  provider.discovery = false;
  provider.token_endpoint = metadata.token_endpoint;
  provider.mtls_token_endpoint = metadata.mtls_token_endpoint;
  provider.authorization_endpoint = metadata.authorization_endpoint;
  provider.device_authorization_endpoint = metadata.device_authorization_endpoint;
  provider.revocation_endpoint = metadata.revocation_endpoint;
  provider.mtls_revocation_endpoint = metadata.mtls_revocation_endpoint;
  // Proofs are signed with ES256 here, and an issuer does not say that it wants them of everybody.
  if (has(metadata.dpop_algorithms, "ES256")) {
    provider.dpop = {.use = catalogue::DpopUse::kSupported,
                     .algorithms = {catalogue::AssertionAlgorithm::kEs256}};
  } else {
    provider.dpop = {};
  }
  provider.introspection_endpoint = metadata.introspection_endpoint;
  provider.pushed_authorization_request_endpoint = metadata.pushed_authorization_request_endpoint;
  provider.requires_pushed_authorization_requests = metadata.requires_pushed_authorization_requests;
  provider.openid = {.issuer = metadata.issuer, .jwks_uri = metadata.jwks_uri, .tenant_claim = {}};
  std::ranges::stable_sort(provider.client_authentication, {}, [&](ClientAuthentication method) {
    return rank(method, metadata, credentials);
  });
  return provider;
}

bool weakens_proof(const catalogue::Provider& provider, const ServerMetadata& accepted,
                   const ServerMetadata& next, Credentials credentials) {
  return proof_of(provider, next, credentials) < proof_of(provider, accepted, credentials);
}

Status check_methods(const catalogue::Provider& provider, const ServerMetadata& metadata) {
  const bool common = std::ranges::any_of(provider.client_authentication, [&](auto method) {
    return has(metadata.auth_methods, catalogue::to_text(method));
  });
  if (common) return {};
  return Error{Code::kInvalidArgument,
               "The issuer's metadata lists no way of client authentication that is known here."}
      .at("/client_authentication");
}

}  // namespace strongroom::oauth
