#include "identity/sign_on_provider.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/unicode.h"
#include "base/words.h"
#include "crypto/certificate.h"
#include "crypto/digest.h"
#include "crypto/equal.h"
#include "identity/digest_hash.h"
#include "identity/mac_fields.h"
#include "oauth/outgoing_policy.h"

namespace strongroom::identity {
namespace {

constexpr std::size_t kLongestText = 512;
constexpr std::size_t kMostScopes = 30;
constexpr std::string_view kTable = "sign_on_providers";

Error wrong(LiteralText message, std::string field) {
  return Error{Code::kInvalidArgument, message}.at(std::move(field));
}

bool is_visible_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return '!' <= c && c <= '~'; });
}

Status check_visible(std::string_view text, bool is_needed, std::string field) {
  if (text.empty() && !is_needed) return {};
  if (!text.empty() && text.size() <= kLongestText && is_visible_ascii(text)) return {};
  return wrong("This is 1 to 512 visible ASCII characters, without spaces.", std::move(field));
}

// RFC 6749 section 3.3.
bool is_scope(std::string_view text) {
  return !text.empty() && text.size() <= kLongestText && is_visible_ascii(text) &&
         text.find_first_of("\"\\") == std::string_view::npos;
}

Status check_scopes(const std::vector<std::string>& scopes) {
  if (scopes.size() > kMostScopes) return wrong("There are at most 30 scopes.", "/scopes");
  for (std::size_t i = 0; i < scopes.size(); ++i) {
    if (!is_scope(scopes[i])) return wrong("This is no scope.", "/scopes/" + std::to_string(i));
  }
  if (std::ranges::find(scopes, "openid") != scopes.end()) return {};
  return wrong("The scope openid is needed: without it nobody learns who signed in.", "/scopes");
}

Status at(Status status, std::string field) {
  if (status) return {};
  return std::move(status).error().at(std::move(field));
}

crypto::Place secret_place(const storage::SignOnProviderRow& row, std::string_view destination) {
  return {.table = kTable,
          .row = row.id,
          .column = "sealed_secret",
          .scope = {},
          .generation = row.secret_generation,
          .destination = destination};
}

std::string destination_of(const storage::SignOnProviderRow& row) {
  SignOnSettings settings;
  settings.issuer = row.issuer;
  settings.trusted_ca_pem = row.trusted_ca_pem;
  settings.allowed_addresses = split_words(row.allowed_addresses);
  return secret_destination(settings);
}

Result<std::string> mac_of(const crypto::Sealer& sealer, std::string_view table,
                           const MacFields& fields) {
  STRONGROOM_TRY(const crypto::Sha256Digest mac, sealer.mac(table, fields.text()));
  return std::string(as_text(mac));
}

}  // namespace

Result<SignOnSettings> checked(SignOnSettings settings) {
  STRONGROOM_TRY(settings.label, clean_name(settings.label, "/label"));
  STRONGROOM_CHECK(at(oauth::check_issuer(settings.issuer), "/issuer"));
  STRONGROOM_CHECK(check_visible(settings.client_id, true, "/client_id"));
  STRONGROOM_CHECK(check_scopes(settings.scopes));
  STRONGROOM_CHECK(check_visible(settings.user_name_claim, true, "/user_name_claim"));
  STRONGROOM_CHECK(check_visible(settings.email_claim, false, "/email_claim"));
  STRONGROOM_CHECK(check_visible(settings.groups_claim, false, "/groups_claim"));
  if (!settings.trusted_ca_pem.empty()) {
    STRONGROOM_CHECK(
        at(crypto::check_pem_certificates(settings.trusted_ca_pem), "/trusted_ca_pem"));
  }
  STRONGROOM_CHECK(oauth::check_allowed_addresses(settings.allowed_addresses));
  return settings;
}

std::string secret_destination(const SignOnSettings& settings) {
  MacFields fields;
  fields.add(settings.issuer).add(settings.trusted_ca_pem);
  fields.add(join_words(settings.allowed_addresses));
  return std::string(as_text(crypto::sha256(fields.text())));
}

void write(const SignOnSettings& settings, const oauth::ServerMetadata& metadata,
           storage::SignOnProviderRow& row) {
  row.label = settings.label;
  row.issuer = settings.issuer;
  row.client_id = settings.client_id;
  row.scopes = join_words(settings.scopes);
  row.user_name_claim = settings.user_name_claim;
  row.email_claim = settings.email_claim;
  row.groups_claim = settings.groups_claim;
  row.makes_users = settings.makes_users;
  row.links_existing = settings.links_existing;
  row.trusted_ca_pem = settings.trusted_ca_pem;
  row.allowed_addresses = join_words(settings.allowed_addresses);
  row.metadata = oauth::to_json(metadata);
}

Result<SignOnProvider> read(const storage::SignOnProviderRow& row) {
  auto metadata = oauth::parse_server_metadata(row.metadata, row.issuer, nullptr);
  if (!metadata) {
    return Error{Code::kCorrupt, "Settings of single sign-on cannot be read.",
                 metadata.error().detail};
  }
  return SignOnProvider{.id = SignOnProviderId{row.id},
                        .settings = {.label = row.label,
                                     .issuer = row.issuer,
                                     .client_id = row.client_id,
                                     .scopes = split_words(row.scopes),
                                     .user_name_claim = row.user_name_claim,
                                     .email_claim = row.email_claim,
                                     .groups_claim = row.groups_claim,
                                     .makes_users = row.makes_users,
                                     .links_existing = row.links_existing,
                                     .trusted_ca_pem = row.trusted_ca_pem,
                                     .allowed_addresses = split_words(row.allowed_addresses)},
                        .metadata = *std::move(metadata),
                        .revision = row.revision,
                        .created_at = row.created_at,
                        .updated_at = row.updated_at};
}

Result<std::string> seal_secret(crypto::Sealer& sealer, const storage::SignOnProviderRow& row,
                                const oauth::ConsumerSecret& secret) {
  return sealer.seal(secret_place(row, destination_of(row)), secret.reveal());
}

Status reseal_secret(crypto::Sealer& sealer, storage::SignOnProviderRow& row) {
  STRONGROOM_TRY(row.sealed_secret,
                 sealer.reseal(secret_place(row, destination_of(row)), row.sealed_secret));
  return {};
}

Result<oauth::ConsumerSecret> open_secret(const crypto::Sealer& sealer,
                                          const storage::SignOnProviderRow& row) {
  return sealer.open<oauth::ConsumerSecret>(secret_place(row, destination_of(row)),
                                            row.sealed_secret);
}

Result<std::string> sign_on_mac(const crypto::Sealer& sealer,
                                const storage::SignOnProviderRow& row) {
  MacFields fields;
  fields.add(row.id.raw()).add(row.label).add(row.issuer).add(row.client_id);
  fields.add(row.sealed_secret).add(std::to_string(row.secret_generation)).add(row.scopes);
  fields.add(row.user_name_claim).add(row.email_claim).add(row.groups_claim);
  fields.add(row.makes_users ? "makes users" : "").add(row.links_existing ? "links" : "");
  fields.add(row.trusted_ca_pem).add(row.allowed_addresses).add(row.metadata);
  return mac_of(sealer, kTable, fields);
}

Result<std::string> sign_on_mac(const crypto::Sealer& sealer,
                                const storage::SignOnAccountRow& row) {
  MacFields fields;
  fields.add(row.id.raw()).add(row.user_id.raw()).add(row.issuer).add(row.subject);
  return mac_of(sealer, "sign_on_accounts", fields);
}

Result<bool> is_genuine(const crypto::Sealer& sealer, const storage::SignOnProviderRow& row) {
  STRONGROOM_TRY(const std::string expected, sign_on_mac(sealer, row));
  return crypto::constant_time_equal(expected, row.mac);
}

Result<bool> is_genuine(const crypto::Sealer& sealer, const storage::SignOnAccountRow& row) {
  STRONGROOM_TRY(const std::string expected, sign_on_mac(sealer, row));
  return crypto::constant_time_equal(expected, row.mac);
}

}  // namespace strongroom::identity
