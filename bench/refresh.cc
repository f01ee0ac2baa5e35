// Many clients whose tokens are renewed ahead: what ./dev bench refresh measures.
//
//   strongroom_refresh_bench --data DIR --mode minute [--clients 10000] [--latency-ms 50]
//   strongroom_refresh_bench --data DIR --mode hours  [--clients 1000000] [--hours 2] [--step 1]
//
// The vault and the refresh engine are those of the server, on a database, an audit trail and a
// journal on the disk, all with their syncs. Replaced are the clock and http::Client.
//
//   minute  all become due within one minute, by a clock that was put forward and then runs; one
//           provider, which takes its time
//   hours   tokens live for an hour; the clock jumps from second to second as soon as what is due
//           in one is renewed; or by --step seconds
//
// --workers: threads for token requests, as many as the server has if it is not said.
//
// Prints lines of a name and a number, for bench/refresh.py.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/resource.h>

#include "app/worker_pool.h"
#include "audit/trail.h"
#include "base/file.h"
#include "catalogue/catalogue.h"
#include "crypto/key_ring.h"
#include "crypto/sealer.h"
#include "crypto/uuid.h"
#include "grouped_store.h"
#include "oauth/token_client.h"
#include "refresh/rounds.h"
#include "refresh/scheduler.h"
#include "refresh_parts.h"
#include "refresh_provider.h"
#include "storage/data_key_rows.h"
#include "storage/migrations.h"
#include "storage/sqlite_store.h"
#include "vault/destination.h"
#include "vault/granted_tokens.h"
#include "vault/journal.h"
#include "vault/lookup_index.h"
#include "vault/oauth_clients.h"
#include "vault/projects.h"
#include "vault/provider_gates.h"
#include "vault/refresh_plan.h"
#include "vault/retrievals.h"
#include "vault/row_sets.h"
#include "vault/target_systems.h"

namespace strongroom {
namespace {

using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;

constexpr std::size_t kGroup = 500;  // clients whose sign-ins share a transaction
constexpr std::size_t kSystems = 10;
constexpr Seconds kShortLife{600};  // a tenth of it, over which renewals spread, is a minute
constexpr Seconds kLongLife{3600};
constexpr std::size_t kAtOnce = 32;  // as shipped: refresh.at_once
constexpr std::size_t kMostQueued = 4096;

// What all threads used so far.
struct Used {
  double user_seconds = 0;
  double system_seconds = 0;
  double switches = 0;  // a thread waited, or had to make room for another
};

Used used_so_far() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return {.user_seconds = seconds(used.ru_utime),
          .system_seconds = seconds(used.ru_stime),
          .switches = static_cast<double>(used.ru_nvcsw + used.ru_nivcsw)};
}

crypto::RootKey some_root_key(crypto::Random& random) {
  std::array<std::byte, 32> bytes{};
  random.fill(bytes);
  return crypto::RootKey(
      std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

// The parts of the server that renew tokens, as app/server_parts.cc builds them.
class Bed {
 public:
  explicit Bed(const RefreshOptions& options)
      : options_(options),
        keys_(some_root_key(random_), random_),
        store_(must(storage::open_sqlite(
            {.path = options.data + "/state.db",
             .on_fsync = [this](std::chrono::nanoseconds /*took*/) { ++state_syncs_; },
             .on_mac_changes = row_sets_.observer()},
            storage::state_schema(), log_))),
        grouped_(*store_),
        trail_(
            must(audit::Trail::open({.path = options.data + "/audit.db"}, *store_, clock_, log_))),
        catalogue_(must(catalogue::Catalogue::built_in())),
        provider_(clock_, options.is_minute ? options.latency : milliseconds(0),
                  options.is_minute ? kShortLife : kLongLife) {
    add_server_key();
    must(row_sets_.open(*store_, sealer_));
    journal_ = must(vault::Journal::open(
        must(open_preallocated(options.data + "/journal", vault::kJournalBytes)), sealer_, clock_,
        log_));
    context_ = std::make_unique<vault::Context>(vault::Context{
        grouped_, *trail_, keys_, sealer_, random_, clock_, log_, catalogue_, index_, network_});
    context_->journal = journal_.get();
    context_->refresh_plan = &plan_;
    actor_.id = crypto::make_uuid(clock_.now(), random_);
    actor_.grants = Permissions::all();
  }

  void fill() {
    make_surroundings();
    for (std::size_t first = 0; first < options_.clients; first += kGroup) {
      must(keys_.reserve_ahead());  // inside a transaction it is too late
      must(grouped_.together([&]() -> Status {
        const std::size_t end = std::min(first + kGroup, options_.clients);
        for (std::size_t n = first; n < end; ++n) STRONGROOM_CHECK(add_client(n));
        return {};
      }));
      must(trail_->flush());
    }
    // What was done together to fill it is over.
    context_ = std::make_unique<vault::Context>(vault::Context{
        *store_, *trail_, keys_, sealer_, random_, clock_, log_, catalogue_, index_, network_});
    context_->journal = journal_.get();
    context_->refresh_plan = &plan_;
    context_->gates = &gates_;
    retrievals_.emplace(
        *context_, token_client_,
        vault::Retrievals::Workers{
            .start = [this](Task task) { return workers_.post(std::move(task)); },
            .finish = [this](Task task) { return workers_.post_completion(std::move(task)); }},
        crypto::make_uuid(clock_.now(), random_));
    due_.emplace(*context_);
    // The index followed only when a group was committed, so nobody knew when its tokens are due.
    std::optional<Uuid> last = Uuid{};
    while (last) last = must(due_->put_right(*last, kGroup));
  }

  void run() {
    const auto began = Steady::now();
    const Used before = used_so_far();
    const std::uint64_t state_syncs_before = state_syncs_;
    const std::uint64_t audit_syncs_before = trail_->counters().fsyncs;
    const refresh::Counters counters = options_.is_minute ? run_minute() : run_hours();
    must(trail_->flush());
    const Used after = used_so_far();
    const std::chrono::duration<double> took = Steady::now() - began;
    const auto& counts = provider_.counts();
    const double refreshes = static_cast<double>(counts.refreshes.load());
    std::printf("clients %zu\nrefreshes %.0f\nseconds %.1f\nat_once %zu\n", options_.clients,
                refreshes, took.count(), counts.most_at_once.load());
    std::printf("refresh_late %zu\nrefresh_duplicates %zu\n",
                static_cast<std::size_t>(counters.late + counts.late + provider_.dead()),
                static_cast<std::size_t>(counts.duplicates.load()));
    const double each = 1 / std::max(refreshes, 1.0);
    const double user = after.user_seconds - before.user_seconds;
    const double system = after.system_seconds - before.system_seconds;
    std::printf("journal_free %zu\nuser_us %.0f\nsystem_us %.0f\ncpu_us_per_refresh %.0f\n",
                journal_->free_slots(), user * 1e6 * each, system * 1e6 * each,
                (user + system) * 1e6 * each);
    std::printf("switches %.2f\nstate_syncs %.3f\naudit_syncs %.3f\n",
                (after.switches - before.switches) * each,
                static_cast<double>(state_syncs_ - state_syncs_before) * each,
                static_cast<double>(trail_->counters().fsyncs - audit_syncs_before) * each);
  }

  void stop() { workers_.stop(); }

 private:
  void add_server_key() {
    keys_.set_reserve([this](crypto::KeyId id, std::int64_t seals) {
      return store_->write(
          [&](storage::Transaction& tx) { return storage::reserve_seals(tx, id.uuid, seals); });
    });
    const auto key =
        must(keys_.make(crypto::make_id<crypto::KeyId>(clock_.now(), random_), crypto::KeyScope{}));
    must(keys_.install(key));
    must(store_->write([&](storage::Transaction& tx) {
      return storage::insert_data_key(tx, {key.id.uuid, key.scope, key.wrapped, 0, clock_.now()});
    }));
  }

  void make_surroundings() {
    vault::Projects projects(*context_);
    must(projects.ensure_default());
    project_ = must(projects.list(actor_, {})).items.front().id;
    vault::TargetSystems systems(*context_);
    const std::size_t count = options_.is_minute ? 1 : kSystems;
    for (std::size_t n = 0; n < count; ++n) {
      const std::string host = "https://id-" + std::to_string(n) + ".example/";
      vault::TargetSystemFields fields;
      fields.name = "system " + std::to_string(n);
      fields.project = project_;
      fields.service_provider = "generic";
      fields.grant = vault::GrantFlow::kAuthorizationCode;
      fields.consumer_key = "bench";
      fields.endpoint_parameters.emplace().emplace("token_endpoint", host + "token");
      fields.endpoint_parameters->emplace("authorization_endpoint", host + "authorize");
      fields.consumer_secrets.emplace();
      fields.consumer_secrets->push_back({oauth::ConsumerSecret("a-consumer-secret"), {}});
      systems_.push_back(must(systems.create(actor_, fields)));
    }
    must(trail_->flush());
  }

  // With an hour's lifetime, tokens of before are of any age.
  Status add_client(std::size_t n) {
    const vault::TargetSystem& system = systems_[n % systems_.size()];
    vault::OAuthClientFields fields;
    fields.project = project_;
    fields.target_system = system.id;
    fields.label = "client " + std::to_string(n);
    vault::OAuthClients clients(*context_);
    STRONGROOM_TRY(const vault::OAuthClient made, clients.create(actor_, fields));
    const Seconds lifetime =
        options_.is_minute ? kShortLife : Seconds(900 + static_cast<Seconds::rep>(n * 7919 % 2700));
    oauth::TokenSet tokens{.access_token = oauth::AccessToken(std::string(1000, 'x'))};
    tokens.lifetime = lifetime;
    tokens.sent_at = clock_.now();
    tokens.sent_at_boot = clock_.boot_now();
    tokens.refresh_token = oauth::RefreshToken(provider_.add(lifetime));
    return sign_in(made.id, system, std::move(tokens));
  }

  Status sign_in(vault::OAuthClientId id, const vault::TargetSystem& system,
                 oauth::TokenSet tokens) {
    STRONGROOM_TRY(const vault::GrantLease lease,
                   storage::write<vault::GrantLease>(grouped_, [&](storage::Transaction& tx) {
                     return vault::take_grant_lease(*context_, tx, id);
                   }));
    STRONGROOM_TRY(
        const vault::SealedGrant grant,
        vault::seal_signed_in(*context_, lease, vault::destination_digest(catalogue_, system),
                              std::move(tokens), /*keeps_refresh_token=*/false));
    return grouped_.write([&](storage::Transaction& tx) -> Status {
      STRONGROOM_CHECK(vault::store_granted(*context_, tx, lease, grant,
                                            {.id = crypto::make_uuid(clock_.now(), random_),
                                             .at = clock_.now(),
                                             .action = audit::Action::kTokensRetrieved}));
      return {};
    });
  }

  // In true time, from the moment at which the first is due.
  refresh::Counters run_minute() {
    const auto first = must(storage::read<std::optional<WallTime>>(*store_, [&](auto& snapshot) {
      return storage::next_refresh_due(snapshot, clock_.now());
    }));
    if (!first) die("nothing is due, ever");
    clock_.advance(*first - clock_.now());
    clock_.let_go();
    refresh::Scheduler scheduler({*due_, *retrievals_, clock_, log_, kAtOnce, {}}, plan_);
    const auto patience = Steady::now() + kShortLife;
    while (provider_.counts().refreshes < options_.clients && Steady::now() < patience) {
      std::this_thread::sleep_for(milliseconds(20));
    }
    while (scheduler.in_flight() > 0 && Steady::now() < patience) {
      std::this_thread::sleep_for(milliseconds(5));
    }
    scheduler.stop();
    drain();
    return scheduler.counters();
  }

  // A second at a time: what is due in it is renewed as the server would, and then it is over.
  refresh::Counters run_hours() {
    std::mutex mutex;
    std::condition_variable landed;
    bool has_landed = false;
    refresh::Rounds rounds({*due_, *retrievals_, clock_, log_, kAtOnce, [&] {
                              const std::lock_guard lock(mutex);
                              has_landed = true;
                              landed.notify_all();
                            }});
    const WallTime end = clock_.now() + std::chrono::hours(options_.hours);
    const Seconds step(static_cast<Seconds::rep>(options_.step));
    while (clock_.now() < end) {
      const Milliseconds nap = rounds.round();
      if (rounds.in_flight() > 0) {
        std::unique_lock lock(mutex);
        landed.wait(lock, [&] { return std::exchange(has_landed, false); });
      } else {
        clock_.advance(std::max<Milliseconds>(nap, step));
      }
    }
    drain();
    return rounds.counters();
  }

  // Who renews is told of the last end, too, before it goes.
  void drain() {
    if (!retrievals_->drain(std::chrono::seconds(60))) die("something never ends");
  }

  const RefreshOptions& options_;
  BenchClock clock_;
  crypto::SystemRandom random_;
  Log log_{clock_, Log::Format::kText, Log::standard_error(), LogLevel::kWarning};
  crypto::KeyRing keys_;
  crypto::Sealer sealer_{keys_, random_};
  vault::RowSets row_sets_;
  std::atomic<std::uint64_t> state_syncs_{0};
  std::unique_ptr<storage::Store> store_;
  GroupedStore grouped_;
  std::unique_ptr<audit::Trail> trail_;
  catalogue::Catalogue catalogue_;
  vault::LookupIndex index_;
  oauth::Network network_;
  vault::RefreshPlan plan_{vault::RefreshSettings{}};
  std::unique_ptr<vault::Journal> journal_;
  std::unique_ptr<vault::Context> context_;
  RotatingProvider provider_;
  oauth::TokenClient token_client_{provider_};
  app::WorkerPool workers_{options_.workers, kMostQueued};
  vault::ProviderGates gates_{
      clock_, random_, log_,
      [this](Task task) { return workers_.post_completion(std::move(task)); }, vault::GateLimits{}};
  std::optional<vault::Retrievals> retrievals_;
  std::optional<vault::DueRefreshes> due_;
  vault::Actor actor_;
  vault::ProjectId project_;
  std::vector<vault::TargetSystem> systems_;
};

}  // namespace
}  // namespace strongroom

int main(int argc, char** argv) {
  const strongroom::RefreshOptions options = strongroom::read_options(argc, argv);
  strongroom::Bed bed(options);
  bed.fill();
  bed.run();
  bed.stop();
  return 0;
}
