#include "vault/consumer_secrets.h"

#include <algorithm>
#include <cstddef>

#include "base/unicode.h"
#include "crypto/uuid.h"
#include "oauth/client_assertion.h"

namespace strongroom::vault {
namespace {

constexpr std::size_t kMaxBytes = 4096;

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

Status check_value(std::string_view value, const std::string& field) {
  const auto refused = [&](LiteralText message) {
    return Error{Code::kInvalidArgument, message}.at(field);
  };
  if (value.empty()) return refused("The secret is empty.");
  if (value.size() > kMaxBytes) return refused("The secret is longer than 4,096 bytes.");
  if (value.front() == ' ' || value.back() == ' ' || value.back() == '\n' || value.back() == '\r') {
    return refused("The secret has white space or a line break around it: paste it without.");
  }
  if (std::ranges::any_of(value, is_control)) return refused("The secret has a control character.");
  if (!is_utf8(value)) return refused("The secret is not valid UTF-8.");
  return {};
}

}  // namespace

namespace {

// What is sealed as a key opens as nothing else, whatever its row says that it is: a secret is
// sent.
std::string_view column_of(std::string_view kind) {
  if (kind == storage::kKeyKind) return "sealed_value of a key";
  if (kind == storage::kCertificateKind) return "sealed_value of a certificate";
  return "sealed_value";
}

}  // namespace

crypto::Place secret_place(const storage::TargetSystemRow& system,
                           const storage::ConsumerSecretRow& secret, std::string_view destination) {
  return {.table = "consumer_secrets",
          .row = secret.id,
          .column = column_of(secret.kind),
          .scope = system.project_id.value_or(Uuid{}),
          .generation = secret.generation,
          .destination = destination};
}

Status check_consumer_secrets(const std::vector<NewConsumerSecret>& secrets,
                              ClientAuthentication method) {
  if (secrets.size() > kMaxConsumerSecrets) {
    return Error{Code::kInvalidArgument, "A target system has at most two consumer secrets."}.at(
        "/consumer_secrets");
  }
  for (std::size_t i = 0; i < secrets.size(); ++i) {
    const std::string field = "/consumer_secrets/" + std::to_string(i) + "/value";
    STRONGROOM_CHECK(check_value(secrets[i].value.reveal(), field));
    if (method == ClientAuthentication::kSecretJwt &&
        secrets[i].value.reveal().size() < oauth::kMinAssertionSecret) {
      return Error{
          Code::kInvalidArgument,
          "With client_secret_jwt a consumer secret signs, and needs 32 bytes or more. Have "
          "the provider make a longer one."}
          .at(field);
    }
  }
  return {};
}

Result<std::vector<storage::ConsumerSecretRow>> seal_consumer_secrets(
    Context& context, const storage::TargetSystemRow& system,
    const std::vector<NewConsumerSecret>& secrets) {
  const WallTime now = context.clock.now();
  std::vector<storage::ConsumerSecretRow> rows;
  for (const NewConsumerSecret& secret : secrets) {
    storage::ConsumerSecretRow row;
    row.id = crypto::make_uuid(now, context.random);
    row.target_system_id = system.id;
    row.position = static_cast<std::int64_t>(rows.size());
    row.expires_on = secret.expires_on;
    row.created_at = now;
    STRONGROOM_TRY(row.sealed_value,
                   context.sealer.seal(secret_place(system, row, system.secrets_destination),
                                       secret.value.reveal()));
    rows.push_back(std::move(row));
  }
  return rows;
}

Result<oauth::ConsumerSecret> open_consumer_secret(const crypto::Sealer& sealer,
                                                   const storage::TargetSystemRow& system,
                                                   const storage::ConsumerSecretRow& secret) {
  return sealer.open<oauth::ConsumerSecret>(
      secret_place(system, secret, system.secrets_destination), secret.sealed_value);
}

Status reseal_consumer_secrets(crypto::Sealer& sealer, const storage::TargetSystemRow& system,
                               const std::string& new_destination,
                               std::vector<storage::ConsumerSecretRow>& secrets) {
  for (storage::ConsumerSecretRow& secret : secrets) {
    STRONGROOM_TRY(const oauth::ConsumerSecret value, open_consumer_secret(sealer, system, secret));
    ++secret.generation;
    STRONGROOM_TRY(secret.sealed_value,
                   sealer.seal(secret_place(system, secret, new_destination), value.reveal()));
  }
  return {};
}

}  // namespace strongroom::vault
