#include "vault/project_export.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include <boost/json.hpp>

#include "base/base64.h"
#include "base/json.h"
#include "vault/change_event.h"
#include "vault/client_certificates.h"
#include "vault/client_keys.h"
#include "vault/consumer_secrets.h"
#include "vault/kill.h"
#include "vault/lookup_index.h"
#include "vault/oauth_clients.h"
#include "vault/projects.h"
#include "vault/proxy_credentials.h"
#include "vault/reach.h"
#include "vault/registration_record.h"
#include "vault/robot_access.h"
#include "vault/robots.h"
#include "vault/row_mac.h"
#include "vault/secret_access.h"
#include "vault/secret_index.h"
#include "vault/secret_record.h"
#include "vault/secrets.h"
#include "vault/stored.h"
#include "vault/target_systems.h"
#include "vault/token_fingerprint.h"

namespace strongroom::vault {
namespace {

using crypto::SealedFileWriter;
using storage::ConsumerSecretRow;
using storage::TargetSystemRow;

// All pages of what is in the project; `list` answers the one that a ListQuery asks for.
template <class Item, class List>
Result<std::vector<Item>> all_pages(ProjectId project, List list) {
  std::vector<Item> items;
  ListQuery query{.page_size = kMaxPageSize, .project = project};
  while (true) {
    STRONGROOM_TRY(Page<Item> page, list(query));
    if (page.items.empty()) return items;
    query.offset += static_cast<std::int64_t>(page.items.size());
    std::move(page.items.begin(), page.items.end(), std::back_inserter(items));
    if (query.offset >= page.total) return items;
  }
}
template <class Item, class Collection>
Result<std::vector<Item>> all_of(Collection collection, const Actor& actor, ProjectId project) {
  return all_pages<Item>(project,
                         [&](const ListQuery& query) { return collection.list(actor, query); });
}

// One text of a JSON object that is sealed as it is written: no piece of it is longer in memory
// than it has to be.
class SecretText {
 public:
  explicit SecretText(SealedFileWriter& file) : file_(file) {}
  ~SecretText() { wipe(text_); }
  SecretText(const SecretText&) = delete;
  SecretText& operator=(const SecretText&) = delete;

  Status raw(std::string_view json) { return file_.write(json); }
  // As a JSON string.
  Status quoted(std::string_view letters) {
    wipe(text_);
    text_.clear();
    text_.reserve(letters.size() * 6 + 2);  // what escaping makes of it at most
    append_json_string(text_, letters);
    return file_.write(text_);
  }
  // A private key in DER, as PEM (RFC 7468): how the REST API takes keys. `sealer` makes the
  // fingerprint of that, which is answered.
  Result<std::string> pem(std::string_view der, const crypto::Sealer& sealer) {
    constexpr std::size_t kLine = 64;
    std::string letters = base64(der);
    std::string pem;
    pem.reserve(letters.size() + letters.size() / kLine + 64);
    pem.append("-----BEGIN PRIVATE KEY-----\n");
    for (std::size_t at = 0; at < letters.size(); at += kLine) {
      pem.append(letters, at, kLine).push_back('\n');
    }
    pem.append("-----END PRIVATE KEY-----\n");
    const Status written = quoted(pem);
    auto fingerprint = token_fingerprint(sealer, oauth::AccessToken(pem));
    wipe(letters);
    wipe(pem);
    STRONGROOM_CHECK(written);
    return fingerprint;
  }

 private:
  SealedFileWriter& file_;
  std::string text_;
};

std::string date_member(const std::optional<WallTime>& date) {
  return date ? ",\"expires_on\":\"" + rfc3339(*date).substr(0, 10) + "\"" : "";
}

// One target system's credentials on their way into the file.
struct Writing {
  const Context& context;
  SecretText& text;
  const TargetSystemRow& system;
  std::vector<SealedCredential>& sealed;

  void add(std::string_view kind, std::string fingerprint) {
    sealed.push_back({.target_system = TargetSystemId{system.id},
                      .project = ProjectId{system.project_id.value_or(Uuid{})},
                      .name = system.name,
                      .kind = std::string(kind),
                      .fingerprint = std::move(fingerprint)});
  }
};

// The rows of one kind, as an array. `write` writes one and answers its fingerprint; nullopt: it is
// in a security token, and left out.
template <class Write>
Status write_array(Writing& writing, std::string_view name,
                   const std::vector<ConsumerSecretRow>& rows, std::string_view kind, Write write) {
  SecretText& text = writing.text;
  STRONGROOM_CHECK(text.raw(",\"" + std::string(name) + "\":["));
  bool first = true;
  for (const ConsumerSecretRow& row : rows) {
    if (row.kind != kind) continue;
    STRONGROOM_TRY(auto fingerprint,
                   write(writing.context, text, writing.system, row, first ? "" : ","));
    if (!fingerprint) continue;
    first = false;
    writing.add(name, *std::move(fingerprint));
  }
  return text.raw("]");
}

using Fingerprint = std::optional<std::string>;

Result<Fingerprint> write_client_key(const Context& context, SecretText& text,
                                     const TargetSystemRow& system, const ConsumerSecretRow& row,
                                     std::string_view before) {
  const auto key = open_client_key(context.sealer, system, row, context.tokens);
  if (!key && key.error().problem == "security_token_missing") return Fingerprint();
  if (!key) return key.error();
  if (key->is_in_token()) return Fingerprint();
  const crypto::PrivateKeyDer der = key->der();
  STRONGROOM_CHECK(text.raw(std::string(before) + "{\"private_key\":"));
  STRONGROOM_TRY(std::string fingerprint, text.pem(der.reveal(), context.sealer));
  STRONGROOM_CHECK(text.raw(",\"kid\":"));
  STRONGROOM_CHECK(text.quoted(row.key_id));
  STRONGROOM_CHECK(text.raw(date_member(row.expires_on) + "}"));
  return Fingerprint(std::move(fingerprint));
}

Result<Fingerprint> write_certificate(const Context& context, SecretText& text,
                                      const TargetSystemRow& system, const ConsumerSecretRow& row,
                                      std::string_view before) {
  const auto pair = open_client_certificate(context.sealer, system, row, context.tokens);
  if (!pair && pair.error().problem == "security_token_missing") return Fingerprint();
  if (!pair) return pair.error();
  if (pair->key.is_in_token()) return Fingerprint();
  const crypto::PrivateKeyDer der = pair->key.der();
  STRONGROOM_CHECK(text.raw(std::string(before) + "{\"certificate\":"));
  STRONGROOM_CHECK(text.quoted(pair->certificate.pem()));
  STRONGROOM_CHECK(text.raw(",\"private_key\":"));
  STRONGROOM_TRY(std::string fingerprint, text.pem(der.reveal(), context.sealer));
  STRONGROOM_CHECK(text.raw("}"));
  return Fingerprint(std::move(fingerprint));
}

Result<Fingerprint> write_consumer_secret(const Context& context, SecretText& text,
                                          const TargetSystemRow& system,
                                          const ConsumerSecretRow& row, std::string_view before) {
  STRONGROOM_TRY(const oauth::ConsumerSecret value,
                 open_consumer_secret(context.sealer, system, row));
  STRONGROOM_CHECK(text.raw(std::string(before) + "{\"value\":"));
  STRONGROOM_CHECK(text.quoted(value.reveal()));
  STRONGROOM_CHECK(text.raw(date_member(row.expires_on) + "}"));
  STRONGROOM_TRY(std::string fingerprint,
                 token_fingerprint(context.sealer, oauth::AccessToken(value.reveal())));
  return Fingerprint(std::move(fingerprint));
}

struct Stored {
  TargetSystemRow row;
  std::vector<ConsumerSecretRow> credentials;
};

Result<Stored> load(Context& context, TargetSystemId id) {
  return storage::read<Stored>(context.store, [&](storage::Snapshot& snapshot) -> Result<Stored> {
    Stored stored;
    STRONGROOM_TRY(stored.row, living(find_target_system(snapshot, id.uuid)));
    STRONGROOM_CHECK(check_mac(context.sealer, stored.row));
    STRONGROOM_TRY(stored.credentials, consumer_secrets_of(snapshot, id.uuid));
    STRONGROOM_TRY(const auto registration, read_registration(context, snapshot, id));
    if (registration && registration->client_id == stored.row.consumer_key) {
      std::erase_if(stored.credentials,
                    [](const auto& one) { return one.kind == storage::kSecretKind; });
    }
    return stored;
  });
}

Status write_credentials(Writing& writing, const std::vector<ConsumerSecretRow>& rows) {
  STRONGROOM_CHECK(
      write_array(writing, "consumer_secrets", rows, storage::kSecretKind, write_consumer_secret));
  STRONGROOM_CHECK(write_array(writing, "client_keys", rows, storage::kKeyKind, write_client_key));
  STRONGROOM_CHECK(write_array(writing, "client_certificates", rows, storage::kCertificateKind,
                               write_certificate));
  const crypto::Sealer& sealer = writing.context.sealer;
  STRONGROOM_TRY(const auto proxy, open_proxy_credentials(sealer, writing.system));
  if (!proxy) return {};
  STRONGROOM_CHECK(writing.text.raw(",\"proxy_credentials\":"));
  STRONGROOM_CHECK(writing.text.quoted(proxy->reveal()));
  STRONGROOM_TRY(std::string fingerprint,
                 token_fingerprint(sealer, oauth::AccessToken(proxy->reveal())));
  writing.add("proxy_credentials", std::move(fingerprint));
  return {};
}

Status write_target_system(Context& context, SecretText& text, const TargetSystem& system,
                           std::string_view before, std::vector<SealedCredential>& sealed) {
  STRONGROOM_TRY(const Stored stored, load(context, system.id));
  STRONGROOM_CHECK(text.raw(std::string(before) + "{\"name\":"));
  STRONGROOM_CHECK(text.quoted(system.name));
  STRONGROOM_CHECK(text.raw(",\"destination\":" + destination_json(system)));
  Writing writing{.context = context, .text = text, .system = stored.row, .sealed = sealed};
  STRONGROOM_CHECK(write_credentials(writing, stored.credentials));
  return text.raw("}");
}

// Those that its clients and secrets are of and that are of all projects, behind its own.
Status add_global_ones(Context& context, const Actor& actor, ExportedProject& taken) {
  TargetSystems systems(context);
  std::vector<TargetSystemId> wanted;
  for (const OAuthClient& client : taken.oauth_clients) wanted.push_back(client.target_system);
  for (const StoredSecret& secret : taken.secrets) wanted.push_back(secret.target_system);
  for (const TargetSystemId id : wanted) {
    const bool is_there = std::ranges::find(taken.target_systems, id, &TargetSystem::id) !=
                          taken.target_systems.end();
    if (is_there) continue;
    STRONGROOM_TRY(TargetSystem system, systems.get(actor, id));
    taken.target_systems.push_back(std::move(system));
  }
  return {};
}

// What a target system registered for itself names this server's callback, and is of this target
// system alone: elsewhere it registers anew.
Status leave_registrations(Context& context, ExportedProject& taken) {
  return context.store.read([&](storage::Snapshot& snapshot) -> Status {
    for (TargetSystem& system : taken.target_systems) {
      STRONGROOM_TRY(const auto registration, read_registration(context, snapshot, system.id));
      if (!registration || !is_in_use(*registration, system)) continue;
      system.consumer_key.clear();
      system.consumer_secrets.clear();
      system.client_authentication = ClientAuthentication::kProviderDefault;
    }
    return {};
  });
}

// The value that robots get of a secret; nothing where it went meanwhile.
Status write_secret(const Context& context, SecretText& text, const SecretEntry& entry,
                    const std::string& target_system, std::string_view before) {
  STRONGROOM_TRY(const SecretValue value,
                 context.sealer.open<SecretValue>(
                     secret_value_place(entry.current.id, entry.project, entry.current.generation),
                     entry.current.sealed));
  STRONGROOM_CHECK(text.raw(std::string(before) + "{\"target_system\":"));
  STRONGROOM_CHECK(text.quoted(target_system));
  STRONGROOM_CHECK(text.raw(",\"label\":"));
  STRONGROOM_CHECK(text.quoted(entry.label));
  STRONGROOM_CHECK(text.raw(",\"value\":"));
  STRONGROOM_CHECK(text.quoted(value.reveal()));
  return text.raw(date_member(entry.current.expires_on) + "}");
}

}  // namespace

std::string destination_json(const TargetSystem& system) {
  boost::json::object parameters;
  for (const auto& [name, value] : system.endpoint_parameters) parameters[name] = value;
  boost::json::array addresses;
  for (const std::string& range : system.allowed_addresses) {
    addresses.emplace_back(boost::json::string(range));
  }
  const boost::json::object destination{
      {"service_provider", system.service_provider},
      {"grant", to_text(system.grant)},
      {"client_authentication", to_text(system.client_authentication)},
      {"consumer_key", system.consumer_key},
      {"endpoint_parameters", std::move(parameters)},
      {"trusted_ca_pem", system.trusted_ca_pem},
      {"allowed_addresses", std::move(addresses)},
      {"proxy", system.proxy},
      {"default_tenant", system.default_tenant}};
  return boost::json::serialize(destination);
}

Result<ProjectExports::Sealed> ProjectExports::seal_secrets(
    const Actor& actor, const std::vector<crypto::Recipient>& recipients, ExportedProject& taken) {
  Sealed sealed;
  if (recipients.empty()) return sealed;
  std::string letters;
  const crypto::FileReaders readers{.recipients = recipients};
  STRONGROOM_TRY(SealedFileWriter file,
                 SealedFileWriter::begin(crypto::FileKind::kExport, readers, context_.random,
                                         [&letters](std::string_view piece) -> Status {
                                           letters.append(piece);
                                           return {};
                                         }));
  STRONGROOM_CHECK(seal_target_systems(actor, taken, file, sealed));
  STRONGROOM_CHECK(seal_values(taken, file, sealed));
  STRONGROOM_CHECK(file.finish());
  taken.sealed_secrets = std::move(letters);
  return sealed;
}

Status ProjectExports::seal_target_systems(const Actor& actor, const ExportedProject& taken,
                                           SealedFileWriter& file, Sealed& sealed) {
  const bool takes_global =
      actor.need_everywhere(Permission::kExport) && actor.need_everywhere(Permission::kExtract);
  SecretText text(file);
  STRONGROOM_CHECK(text.raw("{\"target_systems\":["));
  for (const TargetSystem& system : taken.target_systems) {
    if (system.destination_held) continue;  // they were entered for another one
    // All projects use those: what one of them may take out is no more than its own.
    if (!system.project && !takes_global) continue;
    if (is_killed(system.id)) continue;
    const std::string_view before = sealed.target_systems.empty() ? "" : ",";
    STRONGROOM_CHECK(write_target_system(context_, text, system, before, sealed.credentials));
    sealed.target_systems.push_back(system.id);
  }
  return text.raw("],");
}

Status ProjectExports::seal_values(const ExportedProject& taken, SealedFileWriter& file,
                                   Sealed& sealed) {
  SecretText text(file);
  STRONGROOM_CHECK(text.raw("\"secrets\":["));
  for (const StoredSecret& secret : taken.secrets) {
    auto entry = secrets_.find(secret.id);
    const auto system =
        std::ranges::find(taken.target_systems, secret.target_system, &TargetSystem::id);
    if (!entry || is_killed(*entry) || system == taken.target_systems.end()) continue;
    STRONGROOM_CHECK(
        write_secret(context_, text, *entry, system->name, sealed.secrets.empty() ? "" : ","));
    sealed.secrets.push_back(std::move(entry));
  }
  return text.raw("]}");
}

// By their fingerprints, so that a value or credential that leaks can be traced to whoever took it
// out.
Status ProjectExports::record_values(storage::Transaction& tx, const Actor& actor,
                                     const Sealed& sealed) const {
  for (const std::shared_ptr<const SecretEntry>& secret : sealed.secrets) {
    audit::Event event = event_of(context_, actor,
                                  {.action = audit::Action::kSecretExtracted,
                                   .subject = secret->id.uuid,
                                   .project = secret->project.uuid,
                                   .name = secret->label,
                                   .reason = "project_export"});
    event.fingerprint = secret->current.fingerprint;
    STRONGROOM_CHECK(context_.trail.record_change(tx, event));
  }
  for (const SealedCredential& credential : sealed.credentials) {
    audit::Event event = event_of(context_, actor,
                                  {.action = audit::Action::kSecretExtracted,
                                   .subject = credential.target_system.uuid,
                                   .project = credential.project.uuid,
                                   .name = credential.name,
                                   .fields = {credential.kind},
                                   .reason = "project_export"});
    event.fingerprint = credential.fingerprint;
    STRONGROOM_CHECK(context_.trail.record_change(tx, event));
  }
  return {};
}

Status ProjectExports::check_kills(const Sealed& sealed) const {
  const bool killed =
      std::ranges::any_of(sealed.target_systems, [&](const auto& id) { return is_killed(id); }) ||
      std::ranges::any_of(sealed.secrets, [&](const auto& one) { return is_killed(*one); });
  return killed ? Status(stopped_by_a_kill()) : Status();
}

// One that is not there any more gives nothing, either.
bool ProjectExports::is_killed(TargetSystemId id) const {
  const auto entry = context_.index.find(id);
  return !entry || context_.index.kill_of(*entry);
}

bool ProjectExports::is_killed(const SecretEntry& entry) const {
  return context_.index.home_of(entry.project, entry.target_system).killed_by.has_value();
}

Result<ExportedProject> ProjectExports::take(const Actor& actor, ProjectId project,
                                             const std::vector<crypto::Recipient>& recipients) {
  STRONGROOM_CHECK(actor.need(Permission::kExport));
  STRONGROOM_CHECK(actor.need(Permission::kExport, project.uuid));
  // Whoever reads values, in whatever wrapping, extracts them.
  if (!recipients.empty()) STRONGROOM_CHECK(actor.need(Permission::kExtract, project.uuid));
  if (recipients.size() > kMaxExportRecipients) {
    return Error{Code::kInvalidArgument, "An export has at most eight recipients."}.at(
        "/recipients");
  }
  STRONGROOM_CHECK(need_writable_audit(context_));
  ExportedProject taken;
  taken.taken_at = context_.clock.now();
  STRONGROOM_TRY(taken.project, Projects(context_).get(actor, project));
  STRONGROOM_TRY(taken.oauth_clients, all_of<OAuthClient>(OAuthClients(context_), actor, project));
  STRONGROOM_TRY(taken.target_systems,
                 all_of<TargetSystem>(TargetSystems(context_), actor, project));
  Secrets secrets(context_, secrets_);
  STRONGROOM_TRY(taken.secrets, all_pages<StoredSecret>(project, [&](const ListQuery& query) {
                   return secrets.list(actor, {.list = query});
                 }));
  SecretAccessRules rules(context_, secrets_);
  STRONGROOM_TRY(taken.secret_access, all_pages<SecretAccess>(project, [&](const ListQuery& query) {
                   return rules.list(actor, {.list = query});
                 }));
  std::erase_if(taken.target_systems, [](const auto& system) { return !system.project; });
  STRONGROOM_CHECK(add_global_ones(context_, actor, taken));
  STRONGROOM_CHECK(leave_registrations(context_, taken));
  STRONGROOM_TRY(taken.robots, all_of<Robot>(Robots(context_), actor, project));
  STRONGROOM_TRY(taken.robot_access,
                 all_of<RobotAccess>(RobotAccessRules(context_), actor, project));
  STRONGROOM_TRY(const Sealed sealed, seal_secrets(actor, recipients, taken));
  const Status recorded = context_.store.write([&](storage::Transaction& tx) -> Status {
    STRONGROOM_CHECK(record_values(tx, actor, sealed));
    return record(context_, tx, actor,
                  {.action = audit::Action::kProjectExported,
                   .subject = project.uuid,
                   .project = project.uuid,
                   .name = taken.project.name,
                   .reason = recipients.empty() ? "without_secrets" : "with_secrets"});
  });
  STRONGROOM_CHECK(recorded);
  STRONGROOM_CHECK(context_.trail.flush());
  // Once a kill was answered nothing of it leaves (invariant 7).
  STRONGROOM_CHECK(check_kills(sealed));
  return taken;
}

}  // namespace strongroom::vault
