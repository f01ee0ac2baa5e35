#include "app/audit_parts.h"

#include <array>
#include <string>

#include <unistd.h>

#include "audit/recorded_event.h"

namespace strongroom::app {

Result<audit::CheckpointKey> checkpoint_key(const crypto::Sealer& sealer) {
  STRONGROOM_TRY(crypto::Sha256Digest seed, sealer.mac("audit-checkpoint-key", "1"));
  auto key = audit::CheckpointKey::from_seed(seed);
  seed.fill(std::byte{0});
  return key;
}

Status remember_canaries(audit::Trail& trail, vault::Lookups& lookups, const Clock& clock) {
  audit::Trail::Query query;
  query.action = to_text(audit::Action::kCanaryTouched);
  query.since = clock.now() - vault::CanaryTouches::kShownFor;
  query.limit = 1000;
  STRONGROOM_TRY(const auto page, trail.list(query));
  for (const audit::Trail::Entry& entry : page.entries) {
    STRONGROOM_TRY(const auto event, audit::read_event(entry.json));
    const auto client = vault::OAuthClientId::parse(event.subject_id);
    const auto at = parse_rfc3339(event.at);
    if (client && at) lookups.canary_touches().note(*client, *at);
  }
  return {};
}

api::AttentionSource canary_attention(vault::Lookups& lookups, const vault::LookupIndex& index,
                                      const Clock& clock) {
  return [&lookups, &index, &clock](const Grants& grants) {
    std::vector<api::AttentionItem> items;
    for (const auto& touch : lookups.canary_touches().lately(clock.now())) {
      const auto client = index.find(touch.client).client;
      if (!client || !client->is_canary) continue;
      if (!grants.has(Permission::kReadAudit, client->project.uuid)) continue;
      items.push_back({.kind = "canary_touched",
                       .since = touch.since,
                       .count = touch.count,
                       .subject = api::AttentionSubject{touch.client.uuid, client->label}});
    }
    return items;
  };
}

api::AttentionSource sink_attention(AuditShipper& shipper, const Clock& clock) {
  return [&shipper, &clock](const Grants& grants) {
    std::vector<api::AttentionItem> items;
    if (!grants.has(Permission::kReadAudit)) return items;
    for (const api::SinkState& sink : shipper.states()) {
      if (!sink.failing_since) continue;
      if (clock.now() - *sink.failing_since < AuditShipper::kFailingForLong) continue;
      items.push_back({.kind = "sink_failing",
                       .since = sink.failing_since,
                       .count = sink.queued,
                       .subject = api::AttentionSubject{{}, std::string(sink.name)}});
    }
    return items;
  };
}

audit::Shipper audit_shipper(const audit::CheckpointKey& key) {
  std::array<char, 256> name{};
  const bool known = gethostname(name.data(), name.size() - 1) == 0;
  return {.server = key.server(), .version = STRONGROOM_VERSION, .host = known ? name.data() : ""};
}

}  // namespace strongroom::app
