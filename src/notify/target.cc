#include "notify/target.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/unicode.h"
#include "base/words.h"
#include "crypto/certificate.h"
#include "crypto/equal.h"
#include "crypto/random.h"
#include "http/address_policy.h"
#include "http/outgoing_rules.h"
#include "vault/row_mac.h"

namespace strongroom::notify {
namespace {

using storage::NotificationTargetRow;

constexpr std::string_view kTable = "notification_targets";
constexpr std::size_t kMostProjects = 100;
constexpr std::size_t kMostAddresses = 100;
constexpr std::size_t kSecretBytes = 32;

Error wrong(LiteralText message, std::string field) {
  return Error{Code::kInvalidArgument, message}.at(std::move(field));
}

Status check_url(const std::string& url, const http::AddressPolicy& policy) {
  http::OutgoingRequest request;
  request.url = url;
  request.policy = policy;
  const auto route = http::check_request(request);
  if (!route) return wrong(route.error().message, "/url");
  if (route->url.scheme == "https") return {};
  const auto address = http::IpAddress::parse(route->url.host);
  if (address && policy.permits_plain_http(*address)) return {};
  return wrong("Plain http goes to an allowed loopback address alone; use https.", "/url");
}

Status check_projects(std::vector<Uuid>& projects) {
  if (projects.size() > kMostProjects) return wrong("At most 100 projects.", "/projects");
  std::ranges::sort(projects);
  if (std::ranges::adjacent_find(projects) == projects.end()) return {};
  return wrong("A project is there twice.", "/projects");
}

Status check_events(std::vector<EventKind>& events) {
  std::ranges::sort(events);
  if (events.empty()) return wrong("Choose at least one event.", "/events");
  if (std::ranges::adjacent_find(events) == events.end()) return {};
  return wrong("An event is there twice.", "/events");
}

crypto::Place secret_place(const NotificationTargetRow& row, std::string_view column,
                           std::int64_t generation) {
  return {.table = kTable,
          .row = row.id,
          .column = column,
          .scope = {},
          .generation = generation,
          .destination = {}};
}

}  // namespace

Result<TargetSettings> checked(TargetSettings settings) {
  STRONGROOM_TRY(settings.name, clean_name(settings.name, "/name"));
  STRONGROOM_CHECK(check_events(settings.events));
  STRONGROOM_CHECK(check_projects(settings.projects));
  if (settings.allowed_addresses.size() > kMostAddresses) {
    return wrong("At most 100 addresses.", "/allowed_addresses");
  }
  STRONGROOM_TRY(http::AddressPolicy policy,
                 http::AddressPolicy::parse(settings.allowed_addresses));
  policy.allow_plain_http = true;  // to a loopback address among them, and no other
  STRONGROOM_CHECK(check_url(settings.url, policy));
  if (!settings.trusted_ca_pem.empty()) {
    auto is_certificate = crypto::check_pem_certificates(settings.trusted_ca_pem);
    if (!is_certificate) return std::move(is_certificate).error().at("/trusted_ca_pem");
  }
  return settings;
}

bool is_for(const TargetSettings& target, const Notification& notification) {
  if (!target.enabled) return false;
  if (std::ranges::find(target.events, notification.kind) == target.events.end()) return false;
  return target.projects.empty() ||
         std::ranges::find(target.projects, notification.project) != target.projects.end();
}

void write(const TargetSettings& settings, NotificationTargetRow& row) {
  std::vector<std::string> events;
  events.reserve(settings.events.size());
  for (const EventKind kind : settings.events) events.emplace_back(to_text(kind));
  std::vector<std::string> projects;
  projects.reserve(settings.projects.size());
  for (const Uuid& project : settings.projects) projects.push_back(project.text());
  row.name = settings.name;
  row.name_key = name_key(settings.name);
  row.url = settings.url;
  row.events = join_words(events);
  row.projects = join_words(projects);
  row.trusted_ca_pem = settings.trusted_ca_pem;
  row.allowed_addresses = join_words(settings.allowed_addresses);
  row.enabled = settings.enabled;
}

Result<Target> read(const NotificationTargetRow& row) {
  const auto corrupt = [] { return Error{Code::kCorrupt, "A notification target is damaged."}; };
  Target target{.id = TargetId{row.id},
                .settings = {.name = row.name,
                             .url = row.url,
                             .trusted_ca_pem = row.trusted_ca_pem,
                             .allowed_addresses = split_words(row.allowed_addresses),
                             .enabled = row.enabled},
                .previous_secret_until = row.previous_secret_until,
                .delivered_at = row.delivered_at,
                .failing_since = row.failing_since,
                .revision = row.revision,
                .created_at = row.created_at,
                .updated_at = row.updated_at};
  for (const std::string& text : split_words(row.events)) {
    const auto kind = event_kind_from_text(text);
    if (!kind) return corrupt();
    target.settings.events.push_back(*kind);
  }
  for (const std::string& text : split_words(row.projects)) {
    const auto project = Uuid::parse(text);
    if (!project) return corrupt();
    target.settings.projects.push_back(*project);
  }
  return target;
}

Result<WebhookSecretText> replace_secret(crypto::Sealer& sealer, crypto::Random& random,
                                         NotificationTargetRow& row,
                                         std::optional<WallTime> previous_until) {
  row.sealed_previous_secret.clear();
  row.previous_secret_until = std::nullopt;
  if (previous_until && !row.sealed_secret.empty()) {
    STRONGROOM_TRY(const auto before, sealer.open<crypto::WebhookSecret>(
                                          secret_place(row, "sealed_secret", row.secret_generation),
                                          row.sealed_secret));
    STRONGROOM_TRY(
        row.sealed_previous_secret,
        sealer.seal(secret_place(row, "sealed_previous_secret", row.secret_generation + 1),
                    before.reveal()));
    row.previous_secret_until = previous_until;
  }
  row.secret_generation += 1;
  std::array<std::byte, kSecretBytes> bytes{};
  random.fill(bytes);
  const std::string_view raw(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const auto sealed = sealer.seal(secret_place(row, "sealed_secret", row.secret_generation), raw);
  std::string text = crypto::webhook_secret_text(raw);
  WebhookSecretText shown(text);
  wipe(text);
  wipe(std::span<std::byte>(bytes));
  if (!sealed) return sealed.error();
  row.sealed_secret = *sealed;
  return shown;
}

Result<std::vector<crypto::WebhookSecret>> signing_secrets(const crypto::Sealer& sealer,
                                                           const NotificationTargetRow& row,
                                                           WallTime now) {
  std::vector<crypto::WebhookSecret> secrets;
  STRONGROOM_TRY(auto newest,
                 sealer.open<crypto::WebhookSecret>(
                     secret_place(row, "sealed_secret", row.secret_generation), row.sealed_secret));
  secrets.push_back(std::move(newest));
  if (!row.previous_secret_until || now >= *row.previous_secret_until) return secrets;
  STRONGROOM_TRY(auto before,
                 sealer.open<crypto::WebhookSecret>(
                     secret_place(row, "sealed_previous_secret", row.secret_generation),
                     row.sealed_previous_secret));
  secrets.push_back(std::move(before));
  return secrets;
}

Status turn_off(const crypto::Sealer& sealer, storage::Transaction& tx, NotificationTargetRow& row,
                WallTime now) {
  STRONGROOM_CHECK(check_target(sealer, row));
  row.enabled = false;
  row.revision += 1;
  row.updated_at = now;
  STRONGROOM_TRY(row.mac, target_mac(sealer, row));
  return storage::update_notification_target(tx, row);
}

Result<std::string> target_mac(const crypto::Sealer& sealer, const NotificationTargetRow& row) {
  vault::FieldText fields;
  fields.add(row.id.raw()).add(row.name).add(row.name_key).add(row.url).add(row.events);
  fields.add(row.projects).add(row.trusted_ca_pem).add(row.allowed_addresses);
  fields.add(std::int64_t{row.enabled}).add(row.secret_generation);
  fields.add(row.previous_secret_until ? row.previous_secret_until->time_since_epoch().count()
                                       : std::int64_t{-1});
  STRONGROOM_TRY(const crypto::Sha256Digest mac, sealer.mac(kTable, fields.text()));
  return std::string(reinterpret_cast<const char*>(mac.data()), mac.size());
}

Status check_target(const crypto::Sealer& sealer, const NotificationTargetRow& row) {
  STRONGROOM_TRY(const std::string expected, target_mac(sealer, row));
  if (crypto::constant_time_equal(expected, row.mac)) return {};
  return Error{Code::kCorrupt, "A notification target was changed from outside."};
}

}  // namespace strongroom::notify
