#include "vault/forecast.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "storage/oauth_client_rows.h"
#include "storage/resource_token_rows.h"
#include "storage/target_system_rows.h"
#include "vault/oauth_client_rules.h"
#include "vault/reach.h"
#include "vault/stored.h"
#include "vault/target_system_record.h"
#include "vault/usable_credentials.h"

namespace strongroom::vault {
namespace {

using storage::Snapshot;

ForecastEntry entry_of(storage::ClientEndRow row) {
  return {.ends_at = row.ends_at,
          .cause = end_cause_from_text(row.cause).value_or(EndCause::kNoRefreshToken),
          .client = OAuthClientId{row.oauth_client_id},
          .project = ProjectId{row.project_id},
          .target_system = TargetSystemId{row.target_system_id},
          .name = std::move(row.label),
          .owner = {std::move(row.owner_name), std::move(row.owner_email)}};
}

storage::ClientEndRequest request_of(const Actor& actor, const ForecastQuery& query) {
  storage::ClientEndRequest request{.until = query.until,
                                    .projects = actor.grants.projects_with(Permission::kView)};
  if (query.project) {
    request.projects.emplace();
    if (actor.grants.has(Permission::kView, query.project->uuid)) {
      request.projects->push_back(query.project->uuid);
    }
  }
  if (query.owner) request.owner = lower_case(*query.owner);
  return request;
}

bool is_sooner(const ForecastEntry& a, const ForecastEntry& b) { return a.ends_at < b.ends_at; }

// The part of `all`, which is in order, that the page shows.
std::vector<ForecastEntry> cut(std::vector<ForecastEntry> all, const ForecastQuery& query) {
  const auto size = static_cast<std::int64_t>(all.size());
  const std::int64_t first = std::min(query.offset, size);
  const std::int64_t last = std::min(first + query.page_size, size);
  return {std::make_move_iterator(all.begin() + first),
          std::make_move_iterator(all.begin() + last)};
}

// Each token that came of it says when it was used.
Result<MortalityFacts> facts_of(Snapshot& snapshot, const storage::OAuthClientRow& row) {
  MortalityFacts facts{.for_person = needs_person(flow_of(row)),
                       .token_expires_at = row.token_expires_at};
  if (!row.refresh_issued_at) return facts;
  MortalityFacts::Refresh token{.used_at = *row.refresh_issued_at,
                                .signed_in_at = row.signed_in_at,
                                .expires_at = row.refresh_expires_at};
  token.used_at = std::max(token.used_at, row.token_refreshed_at.value_or(token.used_at));
  STRONGROOM_TRY(const auto resources, storage::resource_states_of(snapshot, row.id));
  for (const storage::ResourceStateRow& one : resources) {
    token.used_at = std::max(token.used_at, one.refreshed_at.value_or(token.used_at));
  }
  STRONGROOM_TRY(token.renewed_at, storage::renewed_ahead_at(snapshot, row.id));
  facts.refresh = token;
  return facts;
}

}  // namespace

Result<Page<ForecastEntry>> Forecasts::list(const Actor& actor, const ForecastQuery& query) {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  return storage::read<Page<ForecastEntry>>(
      context_.store, [&](Snapshot& snapshot) -> Result<Page<ForecastEntry>> {
        storage::ClientEndRequest request = request_of(actor, query);
        request.most = std::clamp<std::int64_t>(query.offset + query.page_size, 0, kReach);
        STRONGROOM_TRY(auto rows, storage::client_ends(snapshot, request));
        STRONGROOM_TRY(std::vector<ForecastEntry> all, systems(snapshot, actor, query));
        const auto of_systems = static_cast<std::int64_t>(all.size());
        all.reserve(all.size() + rows.size());
        for (storage::ClientEndRow& row : rows) all.push_back(entry_of(std::move(row)));
        std::ranges::stable_sort(all, is_sooner);
        request.most = kReach;
        STRONGROOM_TRY(const std::int64_t counted, storage::count_client_ends(snapshot, request));
        Page<ForecastEntry> page{.items = cut(std::move(all), query),
                                 .total = std::min(counted + of_systems, kReach)};
        for (ForecastEntry& entry : page.items) {
          STRONGROOM_CHECK(add_robots(snapshot, actor, entry));
        }
        return page;
      });
}

// Those of which all credentials that prove who asks are over by then, and that have clients.
Result<std::vector<ForecastEntry>> Forecasts::systems(Snapshot& snapshot, const Actor& actor,
                                                      const ForecastQuery& query) {
  const storage::ClientEndRequest request = request_of(actor, query);
  STRONGROOM_TRY(const auto ids,
                 storage::systems_with_ending_credentials(snapshot, query.until, kMostSystems));
  std::vector<ForecastEntry> found;
  found.reserve(ids.size());
  for (const Uuid& id : ids) {
    STRONGROOM_TRY(const auto row, storage::find_target_system(snapshot, id));
    if (!row || !actor.need(Permission::kView, project_of(*row))) continue;
    if (query.project && row->project_id.value_or(query.project->uuid) != query.project->uuid) {
      continue;
    }
    if (request.owner && lower_case(row->owner_email) != *request.owner) continue;
    STRONGROOM_TRY(const auto ends_at, credential_end(snapshot, id));
    if (!ends_at || *ends_at > query.until) continue;
    STRONGROOM_TRY(const std::int64_t clients,
                   storage::count_clients_of_system(snapshot, id, request.projects, kMostCounted));
    if (clients == 0) continue;
    ForecastEntry entry{.ends_at = *ends_at,
                        .cause = EndCause::kCredential,
                        .target_system = TargetSystemId{id},
                        .name = row->name,
                        .owner = {row->owner_name, row->owner_email},
                        .clients = clients};
    if (row->project_id) entry.project = ProjectId{*row->project_id};
    found.push_back(std::move(entry));
  }
  return found;
}

Result<std::optional<WallTime>> Forecasts::credential_end(Snapshot& snapshot, const Uuid& system) {
  using End = std::optional<WallTime>;
  STRONGROOM_TRY(const auto row, storage::find_target_system(snapshot, system));
  const catalogue::ProviderPtr provider =
      row ? context_.catalogue.find(row->service_provider) : nullptr;
  if (provider == nullptr) return End();
  STRONGROOM_TRY(const TargetSystem settings, to_target_system(*row));
  STRONGROOM_TRY(const auto credentials, storage::consumer_secrets_of(snapshot, system));
  return credentials_end(*provider, settings, credentials);
}

Status Forecasts::add_robots(Snapshot& snapshot, const Actor& actor, ForecastEntry& entry) {
  constexpr std::int64_t kRead = 50;  // of which some may be in projects that are not seen
  STRONGROOM_TRY(const auto readers,
                 entry.client
                     ? storage::readers_of_client(snapshot, entry.client->uuid, kRead)
                     : storage::readers_of_system(snapshot, entry.target_system.uuid, kRead));
  for (const storage::ReaderRow& reader : readers) {
    if (!actor.grants.has(Permission::kView, reader.project_id)) continue;
    if (entry.robots.size() == kRobots) {
      entry.more_robots = true;
      break;
    }
    ForecastReader shown{.path = reader.path, .last_used_at = reader.last_used_at};
    if (reader.robot_id) shown.robot = RobotId{*reader.robot_id};
    entry.robots.push_back(std::move(shown));
  }
  return {};
}

Result<Mortality> Forecasts::clocks(const Actor& actor, OAuthClientId client) {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  return storage::read<Mortality>(context_.store, [&](Snapshot& snapshot) -> Result<Mortality> {
    STRONGROOM_TRY(const auto row,
                   allowed(actor, Permission::kView,
                           living(storage::find_oauth_client(snapshot, client.uuid))));
    STRONGROOM_TRY(MortalityFacts facts, facts_of(snapshot, row));
    const auto known = lifetimes_.lock();
    const auto lifetimes = known->find(row.service_provider);
    if (lifetimes != known->end()) facts.lifetimes = lifetimes->second;
    STRONGROOM_TRY(facts.credential_ends_at, credential_end(snapshot, row.target_system_id));
    return mortality_of(facts);
  });
}

Status Forecasts::apply_catalogue(catalogue::RefreshLifetimesById lifetimes) {
  {
    const auto known = lifetimes_.lock();
    // Of an entry that is gone nothing is known any more.
    for (const auto& [provider, before] : *known) lifetimes.try_emplace(provider);
    *known = std::move(lifetimes);
  }
  return apply_catalogue();
}

Status Forecasts::apply_catalogue() {
  const catalogue::RefreshLifetimesById known = *lifetimes_.lock();
  return context_.store.write([&](storage::Transaction& tx) -> Status {
    for (const auto& [provider, lifetimes] : known) {
      storage::RefreshLifetimeRow row{.service_provider = provider,
                                      .stated_is_absolute = lifetimes.stated_is_absolute};
      if (lifetimes.idle) row.idle = *lifetimes.idle;
      if (lifetimes.absolute) row.absolute = *lifetimes.absolute;
      STRONGROOM_CHECK(storage::put_refresh_lifetime(tx, row));
    }
    return {};
  });
}

Status Forecasts::refresh() {
  const WallTime now = context_.clock.now();
  STRONGROOM_TRY(
      EndingCounts counted,
      storage::read<EndingCounts>(context_.store, [&](Snapshot& snapshot) -> Result<EndingCounts> {
        EndingCounts counts;
        for (std::size_t i = 0; i < kWarningDays.size(); ++i) {
          STRONGROOM_TRY(counts.clients[i],
                         storage::count_client_ends(
                             snapshot, {.until = now + std::chrono::days(kWarningDays[i]),
                                        .most = kMostCounted}));
        }
        return counts;
      }));
  *latest_.lock() = std::make_shared<const EndingCounts>(counted);
  return {};
}

}  // namespace strongroom::vault
