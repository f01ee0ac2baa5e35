#include "vault/index_loader.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "storage/oauth_client_rows.h"
#include "storage/project_rows.h"
#include "storage/resource_token_rows.h"
#include "storage/robot_access_rows.h"
#include "storage/robot_input_rows.h"
#include "storage/robot_rows.h"
#include "storage/server_setting_rows.h"
#include "storage/subject_client_rows.h"
#include "storage/target_system_rows.h"
#include "storage/token_rows.h"
#include "vault/index_entries.h"
#include "vault/lookup_index.h"
#include "vault/row_mac.h"
#include "vault/server_settings.h"
#include "vault/subject_tokens.h"

namespace strongroom::vault {
namespace {

constexpr std::uint64_t kShare = 4096;        // rows of clients that one thread takes at a time
constexpr std::uint64_t kMostShares = 65536;  // however far apart the rows are

// In arithmetic that does not overflow, whatever somebody wrote into the database.
std::uint64_t from(const storage::RowRange& rows) { return static_cast<std::uint64_t>(rows.first); }
std::uint64_t span_of(const storage::RowRange& rows) {
  return static_cast<std::uint64_t>(rows.last) - from(rows);
}

// Access rules in the order of their clients, as they are asked for: mostly the order in which both
// were made, so that a million rules are neither hashed nor searched.
class RulesByClient {
 public:
  void reserve(std::size_t count) { rules_.reserve(count); }
  void add(const Uuid& client, AccessEntry rule) { rules_.push_back({client, std::move(rule)}); }
  void sort() {
    if (!std::ranges::is_sorted(rules_, {}, &Rule::client)) {
      std::ranges::stable_sort(rules_, {}, &Rule::client);
    }
  }
  // The rules of a client, which are gone from here then.
  std::vector<AccessEntry> take(const Uuid& client) {
    if (next_ == rules_.size() || rules_[next_].client != client) {
      const auto found = std::ranges::lower_bound(rules_, client, {}, &Rule::client);
      next_ = static_cast<std::size_t>(found - rules_.begin());
    }
    const std::size_t first = next_;
    while (next_ < rules_.size() && rules_[next_].client == client) ++next_;
    std::vector<AccessEntry> taken;
    taken.reserve(next_ - first);
    for (std::size_t i = first; i < next_; ++i) taken.push_back(std::move(rules_[i].entry));
    return taken;
  }

 private:
  struct Rule {
    Uuid client;
    AccessEntry entry;
  };
  std::vector<Rule> rules_;
  std::size_t next_ = 0;  // where the next client's probably begin
};

// What clients are joined with; every table is read once, from its first row to its last.
struct Joined {
  std::unordered_map<Uuid, bool, UuidHash> held_target_systems;
  std::unordered_map<Uuid, std::vector<OldLabel>, UuidHash> old_labels;
  std::unordered_map<Uuid, std::shared_ptr<ResourceTokens>, UuidHash> resource_tokens;
};

// A row that is not believed is told of and gives nobody anything.
template <class Row>
bool is_believed(const Context& context, const Row& row, LiteralText trouble, LiteralText table,
                 const Status& sound) {
  if (!sound) context.log.failed(trouble, sound.error(), {{table, row.id}});
  return sound.has_value();
}
template <class Row>
bool is_believed(const Context& context, const Row& row, LiteralText trouble, LiteralText table) {
  return is_believed(context, row, trouble, table, check_mac(context.sealer, row));
}

Status load_projects(Context& context, storage::Snapshot& snapshot) {
  return storage::for_each_project(snapshot, [&](const storage::ProjectRow& row) -> Status {
    if (!is_believed(context, row, "A project was forged or damaged; it is as if deleted.",
                     "project")) {
      return {};
    }
    context.index.put_project(ProjectId{row.id}, index_entry(row));
    return {};
  });
}

Status load_target_systems(Context& context, storage::Snapshot& snapshot, Joined& joined) {
  return storage::for_each_target_system(
      snapshot, [&](const storage::TargetSystemRow& row, std::int64_t secrets) -> Status {
        if (!is_believed(context, row, "A target system was forged or damaged; it is not used.",
                         "target_system")) {
          return {};
        }
        STRONGROOM_TRY(const auto entry, read_target_system_entry(context, snapshot, row));
        context.index.put_target_system(TargetSystemId{row.id}, entry);
        STRONGROOM_TRY(joined.held_target_systems[row.id],
                       is_held(context.catalogue, row, static_cast<std::size_t>(secrets)));
        return {};
      });
}

Status load_old_labels(storage::Snapshot& snapshot, Joined& joined) {
  return storage::for_each_old_label(snapshot, [&](const storage::OldLabelRow& row) -> Status {
    joined.old_labels[row.oauth_client_id].push_back(index_entry(row));
    return {};
  });
}

Status load_access(Context& context, storage::Snapshot& snapshot, RulesByClient& rules) {
  STRONGROOM_TRY(auto check, MacCheck<storage::RobotAccessRow>::begin(context.sealer));
  STRONGROOM_CHECK(
      storage::for_each_robot_access(snapshot, [&](const storage::RobotAccessRow& row) -> Status {
        if (!is_believed(context, row,
                         "A rule of robot access was forged or damaged; it gives nothing.",
                         "robot_access", check(row))) {
          return {};
        }
        rules.add(row.oauth_client_id, index_entry(row));
        return {};
      }));
  rules.sort();
  return {};
}

Status load_resource_tokens(Context& context, storage::Snapshot& snapshot, Joined& joined) {
  return storage::for_each_resource_token(snapshot, [&](storage::ResourceTokenRow& row) -> Status {
    auto& tokens = joined.resource_tokens[row.oauth_client_id];
    if (!tokens) tokens = std::make_shared<ResourceTokens>();
    tokens->push_back({std::move(row.resource), index_entry(context.clock, std::move(row.token))});
    return {};
  });
}

template <class T>
T taken(std::unordered_map<Uuid, T, UuidHash>& map, const Uuid& id) {
  const auto found = map.find(id);
  return found == map.end() ? T{} : std::move(found->second);
}

// What the index is to have of a client but its rules; null for one that is not believed. Safe from
// several threads, for different clients.
Result<std::shared_ptr<ClientEntry>> read_client(Context& context, Joined& joined,
                                                 const storage::OAuthClientRow& row,
                                                 storage::TokenRow* token, const Status& sound) {
  if (!is_believed(context, row, "An OAuth client was forged or damaged; nobody gets its token.",
                   "oauth_client", sound)) {
    return std::shared_ptr<ClientEntry>();
  }
  STRONGROOM_TRY(ClientEntry entry, bare_client_entry(row));
  entry.old_labels = taken(joined.old_labels, row.id);
  const auto held = joined.held_target_systems.find(row.target_system_id);
  entry.target_system_held = held != joined.held_target_systems.end() && held->second;
  if (token != nullptr) entry.token = index_entry(context.clock, std::move(*token));
  entry.resource_tokens = taken(joined.resource_tokens, row.id);
  return std::make_shared<ClientEntry>(std::move(entry));
}

// What was got for another grant of its subject is handed to nobody. Few clients exchange
// tokens, so that each is asked about by itself.
Status check_subjects(Context& context, storage::Snapshot& snapshot) {
  STRONGROOM_TRY(const auto clients, storage::clients_with_subjects(snapshot));
  for (const Uuid& id : clients) {
    STRONGROOM_TRY(const auto row, storage::find_oauth_client(snapshot, id));
    if (!row) continue;
    STRONGROOM_TRY(const bool is_right, is_of_its_subject(context, snapshot, *row));
    if (!is_right) context.index.drop_token(OAuthClientId{id});
  }
  return {};
}

Status load_robots(Context& context, storage::Snapshot& snapshot) {
  STRONGROOM_CHECK(storage::for_each_robot(snapshot, [&](const storage::RobotRow& row) -> Status {
    if (!is_believed(context, row, "A robot was forged or damaged; it gets nothing.", "robot")) {
      return {};
    }
    context.index.put_robot(RobotId{row.id}, index_entry(row));
    return {};
  }));
  STRONGROOM_TRY(const auto counted, context.trail.key_uses());
  std::unordered_map<Uuid, std::int64_t, UuidHash> uses;
  for (const audit::Trail::KeyUses& key : counted) uses[key.key] = key.uses;
  return storage::for_each_robot_key(snapshot, [&](const storage::RobotKeyRow& row) -> Status {
    const auto used = uses.find(row.id);
    Status sound = check_mac(context.sealer, row);
    if (sound) sound = put_key(context, row, used == uses.end() ? 0 : used->second);
    (void)is_believed(context, row, "A robot key was forged or damaged; it opens nothing.",
                      "robot_key", sound);
    return {};
  });
}

Status load_inputs(Context& context, storage::Snapshot& snapshot) {
  std::unordered_map<Uuid, InputEntries, UuidHash> inputs;
  STRONGROOM_CHECK(
      storage::for_each_robot_input(snapshot, [&](const storage::RobotInputRow& row) -> Status {
        inputs[row.robot_id].push_back(index_entry(context, row));
        return {};
      }));
  for (auto& [robot, entries] : inputs) {
    context.index.put_inputs(RobotId{robot},
                             std::make_shared<const InputEntries>(std::move(entries)));
  }
  return {};
}

// A setting that is not believed forbids what it is about.
Status load_settings(Context& context, storage::Snapshot& snapshot) {
  STRONGROOM_TRY(const auto settings, storage::all_server_settings(snapshot));
  for (const storage::ServerSettingRow& row : settings) {
    const Status sound = check_mac(context.sealer, row);
    if (!sound) context.log.failed("A setting was forged or damaged.", sound.error());
    if (row.name != kBasicEngineForbidden) continue;
    context.index.forbid_basic_engine(!sound || row.value != kNo);
  }
  return {};
}

}  // namespace

struct IndexLoader::Parts {
  Joined joined;
  storage::RowRange rows;                                  // of clients
  std::uint64_t share = kShare;                            // of them that are taken at a time
  std::atomic<std::uint64_t> next{0};                      // share that nobody has taken yet
  Guarded<std::vector<std::shared_ptr<ClientEntry>>> all;  // as the index has them
  RulesByClient rules;
};

IndexLoader::IndexLoader(Context& context) : context_(context), parts_(std::make_unique<Parts>()) {}
IndexLoader::~IndexLoader() = default;

Status IndexLoader::begin() {
  STRONGROOM_CHECK(context_.store.write(storage::release_leases));
  return context_.store.read([&](storage::Snapshot& snapshot) -> Status {
    STRONGROOM_TRY(parts_->rows, storage::oauth_client_range(snapshot));
    parts_->share = std::max(kShare, span_of(parts_->rows) / kMostShares + 1);
    context_.index.reserve_clients(parts_->rows.count);
    STRONGROOM_CHECK(load_projects(context_, snapshot));
    STRONGROOM_CHECK(load_target_systems(context_, snapshot, parts_->joined));
    STRONGROOM_CHECK(load_old_labels(snapshot, parts_->joined));
    STRONGROOM_CHECK(load_resource_tokens(context_, snapshot, parts_->joined));
    STRONGROOM_CHECK(load_robots(context_, snapshot));
    STRONGROOM_CHECK(load_inputs(context_, snapshot));
    return load_settings(context_, snapshot);
  });
}

Status IndexLoader::load_clients() {
  STRONGROOM_TRY(auto check, MacCheck<storage::OAuthClientRow>::begin(context_.sealer));
  std::vector<std::shared_ptr<ClientEntry>> loaded;
  const auto load = [&](const storage::OAuthClientRow& row, storage::TokenRow* token) -> Status {
    STRONGROOM_TRY(auto entry, read_client(context_, parts_->joined, row, token, check(row)));
    if (!entry) return {};
    loaded.push_back(std::move(entry));
    return {};
  };
  const Status read = context_.store.read([&](storage::Snapshot& snapshot) -> Status {
    for (;;) {
      const std::uint64_t number = parts_->next.fetch_add(1);
      if (parts_->rows.count == 0 || number > span_of(parts_->rows) / parts_->share) return {};
      const std::uint64_t skipped = number * parts_->share;
      const std::uint64_t size = std::min(parts_->share - 1, span_of(parts_->rows) - skipped);
      const auto first = static_cast<std::int64_t>(from(parts_->rows) + skipped);
      const auto last = static_cast<std::int64_t>(from(parts_->rows) + skipped + size);
      const std::size_t before = loaded.size();
      STRONGROOM_CHECK(storage::for_each_oauth_client(snapshot, first, last, std::ref(load)));
      context_.index.put_new_clients(std::span(loaded).subspan(before));
    }
  });
  STRONGROOM_CHECK(read);
  const auto all = parts_->all.lock();
  all->insert(all->end(), std::make_move_iterator(loaded.begin()),
              std::make_move_iterator(loaded.end()));
  return {};
}

Status IndexLoader::load_rules() {
  return context_.store.read([&](storage::Snapshot& snapshot) -> Status {
    parts_->rules.reserve(parts_->rows.count);
    return load_access(context_, snapshot, parts_->rules);
  });
}

// The entries are in the index already, where nobody reads them yet.
Status IndexLoader::join() {
  const auto all = parts_->all.lock();
  for (const std::shared_ptr<ClientEntry>& client : *all) {
    client->access = parts_->rules.take(client->id.uuid);
  }
  all->clear();
  all->shrink_to_fit();
  parts_->rules = {};
  return context_.store.read(
      [&](storage::Snapshot& snapshot) { return check_subjects(context_, snapshot); });
}

Status load_index(Context& context) {
  IndexLoader loader(context);
  STRONGROOM_CHECK(loader.begin());
  STRONGROOM_CHECK(loader.load_clients());
  STRONGROOM_CHECK(loader.load_rules());
  return loader.join();
}

}  // namespace strongroom::vault
