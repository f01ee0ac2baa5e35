#include "vault/client_certificates.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/base64.h"
#include "crypto/jwk.h"
#include "crypto/uuid.h"
#include "vault/client_keys.h"
#include "vault/consumer_secrets.h"
#include "vault/issuer_metadata.h"
#include "vault/signing_algorithm.h"
#include "vault/target_system_rules.h"

namespace strongroom::vault {
namespace {

using crypto::ClientCertificate;
using crypto::KeyAndCertificate;
using crypto::PrivateKey;

constexpr std::string_view kPemBegin = "-----BEGIN ";
constexpr std::size_t kLengthBytes = 4;

// A file as it was before somebody put it into JSON; and what is sealed: the length of the key in
// four bytes, the key in DER, the chain in PEM.
using FileBytes = Secret<struct FileBytesKind>;
using KeyWithChain = Secret<struct KeyWithChainKind>;

std::string field_of(std::size_t index, std::string_view member) {
  return "/client_certificates/" + std::to_string(index) + "/" + std::string(member);
}

Error refused(LiteralText message, std::string field) {
  return Error{Code::kInvalidArgument, message}.at(std::move(field));
}

// PEM stays as it is. What is neither PEM nor base64 is left to the parser, which says what it is.
FileBytes bytes_of(std::string_view text) {
  if (text.find(kPemBegin) != std::string_view::npos) return FileBytes(text);
  auto decoded = base64_decode(text);
  if (!decoded) return FileBytes(text);
  FileBytes bytes(*decoded);
  wipe(*decoded);
  return bytes;
}

Status check_one(const NewClientCertificate& given, std::size_t index) {
  const bool pair = !given.certificate.empty();
  const bool file = !given.pkcs12.reveal().empty();
  const bool key = !given.private_key.reveal().empty();
  if (given.keep) {
    if (!pair && !file && !key) return {};
    return refused("An id keeps what is stored: send nothing else with it.", field_of(index, "id"));
  }
  if (pair == file) {
    return refused("Enter a certificate, or a PKCS#12 file: one of the two, not both.",
                   field_of(index, "certificate"));
  }
  if (!file || !key) return {};
  return refused("A PKCS#12 file has its private key in it: do not enter another one.",
                 field_of(index, "private_key"));
}

// The key of a stored row, if it has one.
Result<std::optional<PrivateKey>> key_of(const Context& context,
                                         const storage::TargetSystemRow& system,
                                         const storage::ConsumerSecretRow& row) {
  if (row.kind == storage::kKeyKind) {
    STRONGROOM_TRY(PrivateKey key, open_client_key(context.sealer, system, row, context.tokens));
    return std::optional(std::move(key));
  }
  if (row.kind == storage::kCertificateKind) {
    STRONGROOM_TRY(KeyAndCertificate pair,
                   open_client_certificate(context.sealer, system, row, context.tokens));
    return std::optional(std::move(pair.key));
  }
  return std::optional<PrivateKey>();
}

// What is entered, opened; `key_id` is that of the stored key which it belongs to, if it is one.
struct Entered {
  KeyAndCertificate pair;
  std::string key_id;
  std::string field;  // of the certificate
};

// Certificates come alone where a stored key was used to request them.
Result<Entered> with_stored_key(const Context& context, const storage::TargetSystemRow& system,
                                const StoredCredentials& stored, ClientCertificate certificate,
                                const std::string& field) {
  for (const storage::ConsumerSecretRow& row : stored.rows) {
    if (!stored.for_this_destination) break;  // nothing of it opens
    STRONGROOM_TRY(std::optional<PrivateKey> key, key_of(context, system, row));
    if (!key || !certificate.matches(*key)) continue;
    return Entered{{*std::move(key), std::move(certificate)}, row.key_id, field};
  }
  const bool has_key = std::ranges::any_of(
      stored.rows, [](const auto& row) { return row.kind != storage::kSecretKind; });
  if (has_key) STRONGROOM_CHECK(check_same_destination(stored, field));
  return refused(
      "None of the target system's stored keys belongs to the certificate. Enter its private key "
      "as well.",
      field);
}

Result<Entered> read_pair(const Context& context, const storage::TargetSystemRow& system,
                          const StoredCredentials& stored, const NewClientCertificate& given,
                          std::size_t index) {
  const std::string field = field_of(index, "certificate");
  const FileBytes file = bytes_of(given.certificate);
  auto certificate = ClientCertificate::parse(file.reveal());
  if (!certificate) return std::move(certificate).error().at(field);
  if (given.private_key.reveal().empty()) {
    return with_stored_key(context, system, stored, *std::move(certificate), field);
  }
  const FileBytes key_file = bytes_of(given.private_key.reveal());
  auto key = PrivateKey::parse(key_file.reveal(), given.password);
  if (!key) return std::move(key).error().at(field_of(index, "private_key"));
  return Entered{{*std::move(key), *std::move(certificate)}, {}, field};
}

Result<Entered> read_pkcs12(const NewClientCertificate& given, std::size_t index) {
  const std::string field = field_of(index, "pkcs12");
  const FileBytes file = bytes_of(given.pkcs12.reveal());
  auto pair = crypto::open_pkcs12(file.reveal(), given.password);
  if (!pair) return std::move(pair).error().at(field);
  return Entered{*std::move(pair), {}, field};
}

// Whether the provider would take its signature; other methods do not sign.
Status check_algorithm(const Context& context, const TargetSystem& after, const PrivateKey& key) {
  const catalogue::ProviderPtr provider = context.catalogue.find(after.service_provider);
  if (provider == nullptr ||
      method_in_use(context.catalogue, after) != catalogue::ClientAuthentication::kPrivateKeyJwt) {
    return {};
  }
  if (signing_algorithm(*provider, after, key.type())) return {};
  return Error{Code::kInvalidArgument,
               "The service provider takes no signature that the key of this certificate can make. "
               "Have one issued for a key of another kind."};
}

Status check_entered(const Context& context, const TargetSystem& after, const Entered& entered,
                     std::size_t index) {
  const ClientCertificate& certificate = entered.pair.certificate;
  const bool is_next = index > 0;
  const WallTime now = context.clock.now();
  const WallTime judged_at = is_next ? std::max(now, certificate.not_before()) : now;
  const crypto::CertificateUse use = certificate_use(context.catalogue, after);
  Status checked = certificate.check(entered.pair.key, use, judged_at);
  if (checked && use == crypto::CertificateUse::kTlsClient && entered.pair.key.is_in_token()) {
    checked = Error{
        Code::kInvalidArgument,
        "The key of this certificate lies in a security token: it signs assertions, and "
        "is no use in TLS here. Enter a certificate with its key, or choose private_key_jwt."};
  }
  if (checked) checked = check_algorithm(context, after, entered.pair.key);
  if (checked) return {};
  return std::move(checked).error().at(entered.field);
}

KeyWithChain packed(const KeyAndCertificate& pair) {
  const crypto::PrivateKeyDer key = pair.key.der();
  const std::string chain = pair.certificate.pem();
  std::string text;
  text.reserve(kLengthBytes + key.reveal().size() + chain.size());
  for (int shift = 24; shift >= 0; shift -= 8) {
    text.push_back(static_cast<char>((key.reveal().size() >> static_cast<unsigned>(shift)) & 255U));
  }
  text.append(key.reveal()).append(chain);
  KeyWithChain value(text);
  wipe(text);
  return value;
}

Error damaged() { return Error{Code::kCorrupt, "A stored client certificate is damaged."}; }

Result<KeyAndCertificate> unpacked(const KeyWithChain& value,
                                   const std::shared_ptr<crypto::Pkcs11>& tokens) {
  const std::string_view text = value.reveal();
  if (text.size() < kLengthBytes) return damaged();
  std::size_t length = 0;
  for (const char c : text.substr(0, kLengthBytes)) {
    length = (length << 8U) | static_cast<unsigned char>(c);
  }
  if (length > text.size() - kLengthBytes) return damaged();
  STRONGROOM_TRY(
      PrivateKey key,
      PrivateKey::open(crypto::PrivateKeyDer(text.substr(kLengthBytes, length)), tokens));
  auto certificate = ClientCertificate::parse(text.substr(kLengthBytes + length));
  if (!certificate || !certificate->matches(key)) return damaged();
  return KeyAndCertificate{std::move(key), *std::move(certificate)};
}

Result<storage::ConsumerSecretRow> seal_one(Context& context,
                                            const storage::TargetSystemRow& system,
                                            const Entered& entered, std::size_t index) {
  const auto& [key, certificate] = entered.pair;
  const WallTime now = context.clock.now();
  storage::ConsumerSecretRow row{.id = crypto::make_uuid(now, context.random),
                                 .target_system_id = system.id,
                                 .kind = std::string(storage::kCertificateKind),
                                 .position = static_cast<std::int64_t>(index),
                                 .generation = 1,
                                 .sealed_value = {},
                                 .key_id = entered.key_id,
                                 .key_type = key_type_text(key),
                                 .thumbprint = crypto::jwk_thumbprint(key),
                                 .subject = certificate.subject(),
                                 .certificate_thumbprint = certificate.x5t_s256(),
                                 .not_before = certificate.not_before(),
                                 .expires_on = certificate.not_after(),
                                 .created_at = now};
  if (row.key_id.empty()) row.key_id = row.thumbprint;
  const KeyWithChain value = packed(entered.pair);
  STRONGROOM_TRY(
      row.sealed_value,
      context.sealer.seal(secret_place(system, row, system.secrets_destination), value.reveal()));
  return row;
}

Result<storage::ConsumerSecretRow> take_one(Context& context, const TargetSystem& after,
                                            const storage::TargetSystemRow& system,
                                            const StoredCredentials& stored,
                                            const NewClientCertificate& given, std::size_t index) {
  if (given.keep) {
    return keep_credential(stored, storage::kCertificateKind, *given.keep, index,
                           field_of(index, "id"));
  }
  STRONGROOM_TRY(const Entered entered, given.certificate.empty()
                                            ? read_pkcs12(given, index)
                                            : read_pair(context, system, stored, given, index));
  STRONGROOM_CHECK(check_entered(context, after, entered, index));
  return seal_one(context, system, entered, index);
}

}  // namespace

crypto::CertificateUse certificate_use(const catalogue::Catalogue& catalogue,
                                       const TargetSystem& system) {
  const auto method = method_in_use(catalogue, system);
  return method && catalogue::is_mutual_tls(*method) ? crypto::CertificateUse::kTlsClient
                                                     : crypto::CertificateUse::kSigning;
}

Status check_client_certificates(const std::vector<NewClientCertificate>& certificates) {
  if (certificates.size() > kMaxClientCertificates) {
    return refused("A target system has at most two client certificates.", "/client_certificates");
  }
  for (std::size_t i = 0; i < certificates.size(); ++i) {
    STRONGROOM_CHECK(check_one(certificates[i], i));
  }
  return {};
}

Result<std::vector<storage::ConsumerSecretRow>> seal_client_certificates(
    Context& context, const TargetSystem& after, const storage::TargetSystemRow& system,
    const StoredCredentials& stored, const std::vector<NewClientCertificate>& certificates) {
  std::vector<storage::ConsumerSecretRow> rows;
  for (std::size_t i = 0; i < certificates.size(); ++i) {
    STRONGROOM_TRY(storage::ConsumerSecretRow row,
                   take_one(context, after, system, stored, certificates[i], i));
    const bool twice = std::ranges::any_of(rows, [&](const auto& other) {
      return other.certificate_thumbprint == row.certificate_thumbprint;
    });
    if (twice) {
      return refused("This is the same certificate as the one before it.",
                     field_of(i, "certificate"));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

Result<KeyAndCertificate> open_client_certificate(const crypto::Sealer& sealer,
                                                  const storage::TargetSystemRow& system,
                                                  const storage::ConsumerSecretRow& certificate,
                                                  const std::shared_ptr<crypto::Pkcs11>& tokens) {
  STRONGROOM_TRY(
      const KeyWithChain value,
      sealer.open<KeyWithChain>(secret_place(system, certificate, system.secrets_destination),
                                certificate.sealed_value));
  return unpacked(value, tokens);
}

}  // namespace strongroom::vault
