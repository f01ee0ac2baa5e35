#include "app/provider_protection.h"

#include <vector>

#include "base/permission.h"
#include "catalogue/request_limits.h"

namespace strongroom::app {
namespace {

constexpr std::size_t kBesideTheGates = 8;

}  // namespace

vault::GateLimits provider_limits(const Config& config, const catalogue::OwnEntries& own) {
  return vault::GateLimits{
      .at_once = static_cast<std::size_t>(config.number("refresh.requests_per_host")),
      .per_second = static_cast<std::size_t>(config.number("refresh.requests_per_second_per_host")),
      .of_project = static_cast<std::size_t>(config.number("refresh.requests_per_project")),
      .per_minute = catalogue::request_limits_of(own)};
}

http::CurlClient::Options client_options(const vault::GateLimits& limits) {
  http::CurlClient::Options options;
  options.max_per_host = limits.at_once + kBesideTheGates;
  return options;
}

api::AttentionSource provider_attention(vault::TargetSystemFaults& faults,
                                        const vault::LookupIndex& index) {
  return [&faults, &index](const Grants& grants) {
    std::vector<api::AttentionItem> items;
    for (const auto& [id, fault] : faults.list()) {
      const auto system = index.find(id);
      if (!system) continue;
      const vault::ProjectId project = system->project.value_or(vault::ProjectId{});
      if (!grants.has(Permission::kView, project.uuid)) continue;
      items.push_back({.kind = "target_system_at_fault",
                       .since = fault.since,
                       .subject = api::AttentionSubject{id.uuid, system->name}});
    }
    return items;
  };
}

}  // namespace strongroom::app
