#include "vault/testing/simulation.h"

#include <algorithm>
#include <utility>

#include "crypto/uuid.h"
#include "storage/token_rows.h"
#include "vault/granted_tokens.h"
#include "vault/index_loader.h"
#include "vault/journal_settlement.h"
#include "vault/testing/simulated_node.h"

namespace strongroom::vault {
namespace {

constexpr int kSteps = 120;
constexpr Milliseconds kCallLasts{20'000};  // http::ClientLimits::total_timeout

// A start gives back every lease, because the directory's lock says that it is alone. Here it is
// not, so what reads the index writes nothing.
class ReadOnlyStore final : public storage::Store {
 public:
  explicit ReadOnlyStore(storage::Store& store) : store_(store) {}
  Status read(UniqueFunction<Status(storage::Snapshot&)> work) override {
    return store_.read(std::move(work));
  }
  Status write(UniqueFunction<Status(storage::Transaction&)> /*work*/) override { return {}; }
  bool writable() const override { return true; }

 private:
  storage::Store& store_;
};

Context context_on(const Context& base, storage::Store& store, LookupIndex& index,
                   crypto::Random& random) {
  return {store,      base.trail, base.keys,      base.sealer, random,
          base.clock, base.log,   base.catalogue, index,       base.network};
}

}  // namespace

Simulation::Simulation(SimulatedWorld& world, std::uint64_t seed)
    : world_(world),
      dice_(seed * 0x9e3779b97f4a7c15U + 1),
      random_(seed),
      reuse_(static_cast<Reuse>(seed % 3)),
      provider_(reuse_, world.clock) {}

Simulation::~Simulation() = default;

std::size_t Simulation::below(std::size_t count) {  // SplitMix64
  dice_ += 0x9e3779b97f4a7c15U;
  std::uint64_t z = dice_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return static_cast<std::size_t>((z ^ (z >> 31)) % count);
}

void Simulation::broke(const std::string& what) {
  say("BROKEN: " + what);
  broken_.push_back(what);
}

std::vector<std::string> Simulation::run() {
  world_.clock.set_wall(FakeClock::kStart);
  world_.clock.set_boot(FakeClock::kBootStart);
  for (SimulatedDisk& disk : world_.disks) disk.clear();
  if (!world_.store.write(storage::release_leases)) broke("the store failed");
  for (std::size_t i = 0; i < nodes_.size(); ++i) start(i);
  sign_in();
  for (int i = 0; i < kSteps && broken_.empty(); ++i) step();
  calm_down();
  look_at_what_is_left();
  return broken_;
}

void Simulation::step() {
  const std::size_t which = below(nodes_.size());
  Node& node = *nodes_[which];
  const std::size_t roll = below(100);
  if (node.is_over) {
    if (roll < 30) start(which);
  } else if (roll < 22) {
    ask(node, chance(40));
  } else if (roll < 58) {
    run_task(node);
  } else if (roll < 60) {
    say("process " + std::to_string(which) + " ends");
    node.is_over = true;
  } else if (roll < 63) {
    arm(node);
  } else if (roll < 65) {
    set_calendar();
  } else {
    interfere(nodes_.size());
    if (chance(is_signed_out() ? 8 : 1)) sign_in();
  }
  bury();
}

// What happens beside the process `except`, or anywhere.
void Simulation::interfere(std::size_t except) {
  const std::size_t roll = below(100);
  if (roll < 30) {
    if (const CallPointer call = any_call(false)) process(call);
  } else if (roll < 52) {
    if (const CallPointer call = any_call(true)) deliver(call);
  } else if (roll < 57) {
    const CallPointer call = any_call(chance(60));
    if (call && !call->is_over) lose(call, call->is_processed || chance(50));
  } else if (roll < 70) {
    pass(Milliseconds(below(5'000)));
  } else if (roll < 76) {
    pass(Milliseconds(10'000 + below(90'000)));
  } else if (roll < 78) {
    pass(Milliseconds(600'000));
  } else {
    Node& node = *nodes_[except == 0 ? 1 : except == 1 ? 0 : below(2)];
    if (chance(40)) ask(node, chance(30));
    run_task(node);
  }
}

void Simulation::start(std::size_t which) {
  const Uuid process = crypto::make_uuid(world_.clock.now(), random_);
  nodes_[which] = std::make_unique<Node>(*this, which, process);
  Node& node = *nodes_[which];
  processes_[which].push_back(process);
  say("process " + std::to_string(which) + " starts");
  world_.disks[which].set_hooks(hooks_of(node));
  auto journal = Journal::open(world_.disks[which].open(), world_.context.sealer, world_.clock,
                               world_.context.log);
  if (!journal) return broke("the journal does not open");
  node.journal = *std::move(journal);
  load_index(node);
  node.context =
      std::make_unique<Context>(context_on(world_.context, node.store, node.look_ups, random_));
  node.context->journal = node.journal.get();
  const auto queue = [&node](Task task) {
    node.tasks.push_back(std::move(task));
    return true;
  };
  node.retrievals =
      std::make_unique<Retrievals>(*node.context, node.token_client,
                                   Retrievals::Workers{.start = queue, .finish = queue}, process);
  JournalSettlement(*node.context, process).settle_all();
}

void Simulation::load_index(Node& node) {
  ReadOnlyStore store(world_.store);
  Context loading = context_on(world_.context, store, node.look_ups, random_);
  if (!vault::load_index(loading)) broke("the index cannot be loaded");
}

// What a process had in memory goes with it.
void Simulation::bury() {
  for (const auto& node : nodes_) {
    if (!node->is_over || !node->retrievals) continue;
    const bool power_failure = chance(50);
    say("process " + std::to_string(node->index) + " is gone" +
        (power_failure ? ", with the power" : ""));
    ++tally_.crashes;
    if (!power_failure) {
      for (const std::size_t slot : node->unsynced) node->in_slot[slot]->is_durable = true;
    }
    world_.disks[node->index].crash(power_failure);
    for (const CallPointer& call : calls_) {
      if (call->node != node->index || call->is_over) continue;
      call->is_over = true;
      call->done = {};
    }
    node->tasks.clear();
    node->retrievals.reset();
    node->context.reset();
    node->journal.reset();
  }
}

void Simulation::ask(Node& node, bool as_person) {
  if (node.is_over) return;
  std::optional<Actor> person;
  if (as_person) person.emplace();
  say("process " + std::to_string(node.index) + " is asked" + (as_person ? " by a person" : ""));
  node.retrievals->retrieve(
      {world_.client}, std::move(person), [this, &node](const RetrievalResult& result) {
        last_answer_ = result ? "token" : std::string(result.error().problem.view());
        say("process " + std::to_string(node.index) + " answers " + last_answer_);
      });
}

// Threads take tasks in their order and end them in any: here each is done at once, in any order.
bool Simulation::run_task(Node& node) {
  if (node.is_over || node.tasks.empty()) return false;
  const auto at = node.tasks.begin() + static_cast<std::ptrdiff_t>(below(node.tasks.size()));
  Task task = std::move(*at);
  node.tasks.erase(at);
  task();
  return true;
}

CallPointer Simulation::any_call(bool is_processed) {
  std::erase_if(calls_,
                [](const CallPointer& call) { return call->is_over && call->is_processed; });
  std::vector<CallPointer> all;
  for (const CallPointer& call : calls_) {
    if (call->is_processed == is_processed) all.push_back(call);
  }
  return all.empty() ? nullptr : all[below(all.size())];
}

// What was given up arrives late, or never.
void Simulation::process(const CallPointer& call) {
  if (call->is_over && !chance(20)) {
    call->is_processed = true;
    return;
  }
  if (!call->is_over && chance(8)) {
    say("the provider has too much to do for " + call->token);
    return provider_.refuse(*call);
  }
  const auto seen = provider_.process(call);
  say("the provider answers " + std::to_string(call->response.status) + " to " + call->token +
      (call->is_over ? ", which nobody waits for" : ""));
  if (call->has_rotated) {
    ++tally_.refreshes;
    rotated_.push_back(call);
  }
  if (seen.used_by) judge_reuse(*call, *seen.used_by, call->is_over);
}

void Simulation::deliver(const CallPointer& call) {
  if (call->is_over) return;
  call->is_over = true;
  say("the answer to " + call->token + " arrives");
  http::ExchangeDone done = std::move(call->done);
  done(std::move(call->response));
}

void Simulation::lose(const CallPointer& call, bool may_have_arrived) {
  call->is_over = true;
  if (!may_have_arrived) call->is_processed = true;  // it never will
  say("the answer to " + call->token + " is lost" +
      (may_have_arrived ? "" : ", and it certainly did not arrive"));
  http::ExchangeDone done = std::move(call->done);
  done(tl::make_unexpected(
      http::ExchangeFailure{may_have_arrived ? http::Hop::kTime : http::Hop::kConnect,
                            "The exchange failed as the dice said.", "", may_have_arrived}));
}

void Simulation::pass(Milliseconds time) {
  say(std::to_string(time.count()) + " ms pass");
  world_.clock.advance(time);
  for (const CallPointer& call : std::vector<CallPointer>(calls_)) {
    const bool is_too_late = call->sent + kCallLasts <= world_.clock.boot_now();
    if (!call->is_over && is_too_late) lose(call, true);
  }
}

// By a second, or a day, forward or back.
void Simulation::set_calendar() {
  Milliseconds by(chance(50) ? below(60'000) : 86'400'000);
  if (chance(50)) by = -by;
  say("the calendar is set by " + std::to_string(by.count()) + " ms");
  world_.clock.advance_wall(by);
}

void Simulation::arm(Node& node) {
  const auto soon = static_cast<int>(1 + below(8));
  switch (below(5)) {
    case 0:
      node.store_fails_in = soon;
      node.store_fails_after = chance(50);
      break;
    case 1:
      node.disk_fails_in = soon;
      break;
    default:
      node.effects_left = soon;
  }
}

// Both processes know of it at once: what one finds in its index of the other's is not looked at
// here.
void Simulation::sign_in() {
  const std::string token = provider_.sign_in();
  family_ = provider_.family_of(token);
  say("somebody signs in: " + token);
  LookupIndex unused;
  Context context = context_on(world_.context, world_.store, nodes_[0]->look_ups, random_);
  const auto lease = storage::write<GrantLease>(world_.store, [&](storage::Transaction& tx) {
    return take_grant_lease(context, tx, world_.client);
  });
  if (!lease) return broke("nobody can sign in");
  oauth::TokenSet tokens{.access_token = oauth::AccessToken("a" + token)};
  tokens.lifetime = Seconds(600);
  tokens.sent_at = world_.clock.now();
  tokens.sent_at_boot = world_.clock.boot_now();
  tokens.refresh_token = oauth::RefreshToken(token);
  const auto grant = seal_signed_in(context, *lease, world_.destination, std::move(tokens), false);
  if (!grant) return broke("a grant cannot be sealed");
  const auto stored = storage::write<GrantStored>(world_.store, [&](storage::Transaction& tx) {
    tx.on_commit([&] { nodes_[1]->look_ups.put_granted(world_.client, grant->access); });
    return store_granted(context, tx, *lease, *grant,
                         {.id = crypto::make_uuid(world_.clock.now(), random_),
                          .at = world_.clock.now(),
                          .action = audit::Action::kTokensRetrieved});
  });
  if (!stored || *stored != GrantStored::kAll) broke("a sign-in was not stored");
}

void Simulation::add_to(SimulationTally& tally) const {
  tally.refreshes += tally_.refreshes;
  tally.crashes += tally_.crashes;
  tally.takeovers += tally_.takeovers;
  tally.in_doubt += tally_.in_doubt;
  tally.lost_in_flight += tally_.lost_in_flight;
  tally.overtaken += tally_.overtaken;
  tally.lost_by_us += tally_.lost_by_us;
}

}  // namespace strongroom::vault
