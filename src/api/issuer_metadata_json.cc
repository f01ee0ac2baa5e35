#include "api/issuer_metadata_json.h"

#include <algorithm>
#include <string>
#include <vector>

namespace strongroom::api {
namespace {

void write_change(JsonWriter& json, LiteralText name, const std::string& accepted,
                  const std::string& pending) {
  json.begin_object(name);
  json.member("accepted", accepted);
  json.member("pending", pending);
  json.end_object();
}

// The ways of client authentication that are known here, each once; the others are the server's own
// words.
std::vector<std::string> known(const std::vector<std::string>& methods) {
  std::vector<std::string> names;
  for (const std::string& method : methods) {
    const auto way = vault::client_authentication_from_text(method);
    if (!way || *way == vault::ClientAuthentication::kProviderDefault) continue;
    if (std::ranges::find(names, method) == names.end()) names.push_back(method);
  }
  return names;
}

}  // namespace

void write_issuer(JsonWriter& json, const vault::TargetSystem& system) {
  const auto& metadata = system.metadata;
  json.member("issuer", metadata ? std::optional(metadata->accepted.issuer) : std::nullopt);
  json.member("metadata_read_at", metadata ? std::optional(metadata->read_at) : std::nullopt);
  json.member("metadata_failure", metadata ? metadata->failure : std::string());
  json.member("can_register", metadata && (metadata->accepted.takes_client_id_documents ||
                                           !metadata->accepted.registration_endpoint.empty()));
  if (!metadata || !metadata->pending) return json.member("pending_metadata", nullptr);
  const auto& accepted = metadata->accepted;
  const auto& pending = *metadata->pending;
  json.begin_object("pending_metadata");
  write_change(json, "token_endpoint", accepted.token_endpoint, pending.token_endpoint);
  write_change(json, "mtls_token_endpoint", accepted.mtls_token_endpoint,
               pending.mtls_token_endpoint);
  write_change(json, "revocation_endpoint", accepted.revocation_endpoint,
               pending.revocation_endpoint);
  write_change(json, "mtls_revocation_endpoint", accepted.mtls_revocation_endpoint,
               pending.mtls_revocation_endpoint);
  write_change(json, "jwks_uri", accepted.jwks_uri, pending.jwks_uri);
  json.begin_object("client_authentication");
  json.member("accepted", known(accepted.auth_methods));
  json.member("pending", known(pending.auth_methods));
  json.end_object();
  json.end_object();
}

}  // namespace strongroom::api
