// What the simulation looks at, while its processes run and when all is calm.

#include <algorithm>
#include <utility>

#include "storage/fetch.h"
#include "vault/testing/simulated_node.h"

namespace strongroom::vault {
namespace {

// A lease lasts longer than the longest call by this, so nobody who waits for its end overtakes an
// answer that was kept at once.
constexpr Milliseconds kLeastOvertaking{40'000};
constexpr int kMostTries = 24;
constexpr int kMostRounds = 10'000;

Error over() { return Error{Code::kUnavailable, "The process has ended."}; }

// The refresh token in the body of a request; its letters are such that nothing is escaped.
std::string refresh_token_in(std::string_view body) {
  constexpr std::string_view kName = "refresh_token=";
  std::size_t at = body.find(kName);
  while (at != std::string_view::npos && at > 0 && body[at - 1] != '&') {
    at = body.find(kName, at + 1);  // that was another parameter's value
  }
  if (at == std::string_view::npos) return {};
  const std::string_view rest = body.substr(at + kName.size());
  return std::string(rest.substr(0, rest.find('&')));
}

}  // namespace

// Asked before each effect of a process. False: it has ended before it.
bool Simulation::may_go_on(Node& node, bool others_too) {
  if (node.is_over) return false;
  if (node.effects_left > 0 && --node.effects_left == 0) {
    say("process " + std::to_string(node.index) + " ends in the middle");
    node.is_over = true;
    return false;
  }
  if (!others_too || is_calm_ || is_interfering_ || !chance(15)) return true;
  is_interfering_ = true;
  for (std::size_t times = 1 + below(3); times > 0; --times) interfere(node.index);
  is_interfering_ = false;
  return true;
}

SimulatedDisk::Hooks Simulation::hooks_of(Node& node) {
  return {.before =
              [this, &node] {
                if (!may_go_on(node, true)) return SimulatedDisk::Verdict::kIsOver;
                const bool fails = node.disk_fails_in > 0 && --node.disk_fails_in == 0;
                return fails ? SimulatedDisk::Verdict::kFails : SimulatedDisk::Verdict::kHappens;
              },
          .written =
              [&node](std::uint64_t offset, std::size_t bytes) {
                const auto slot = static_cast<std::size_t>(offset / kSlotBytes);
                if (offset % kSlotBytes == 0) {
                  node.last_slot = slot;
                } else if (bytes < kAnswerBytes && node.in_slot.contains(slot)) {
                  node.unsynced.push_back(slot);  // all of it: what was there is written once more
                }
              },
          .synced =
              [&node] {
                for (const std::size_t slot : node.unsynced) node.in_slot[slot]->is_durable = true;
                node.unsynced.clear();
              }};
}

Simulation::Row Simulation::read_row(storage::Snapshot& snapshot) const {
  auto row = storage::fetch_one<Row>(
      snapshot,
      "SELECT c.lease_owner, c.lease_epoch, c.lease_until IS NOT NULL, c.token_generation, "
      "c.token_expires_at, COALESCE(r.generation, 0), COALESCE(r.lost_answers, 0) "
      "FROM oauth_clients c LEFT JOIN refresh_tokens r ON r.oauth_client_id = c.id WHERE c.id = ?",
      {storage::to_value(world_.client.uuid)}, [](storage::Rows& rows) {
        return Row{.owner = rows.maybe_uuid(0),
                   .epoch = rows.integer(1),
                   .is_held = rows.flag(2),
                   .token_generation = rows.integer(3),
                   .expires_at = rows.maybe_time(4),
                   .refresh_generation = rows.integer(5),
                   .lost_answers = rows.integer(6)};
      });
  return row && *row ? **row : Row{};
}

bool Simulation::is_signed_out() const {
  Row row;
  const Status read = world_.store.read([&](storage::Snapshot& snapshot) -> Status {
    row = read_row(snapshot);
    return {};
  });
  return read && row.refresh_generation == 0;
}

Status Simulation::write(Node& node, UniqueFunction<Status(storage::Transaction&)> work) {
  if (!may_go_on(node, true)) return over();
  const bool fails = node.store_fails_in > 0 && --node.store_fails_in == 0;
  if (fails && !node.store_fails_after) return over();
  const Status written = world_.store.write([&](storage::Transaction& tx) -> Status {
    const Row before = read_row(tx);
    STRONGROOM_CHECK(work(tx));
    const Row after = read_row(tx);
    judge_write(node, before, after);
    note_claim(node, before, after);
    return {};
  });
  if (fails) return over();
  return written ? Status() : Status(written.error());
}

// Invariant 8: late write-backs are refused, and nothing older takes the place of what is newer.
void Simulation::judge_write(const Node& node, const Row& before, const Row& after) {
  // What its predecessor on the same disk claimed counts as long as nobody has moved it on.
  const auto& own = processes_[node.index];
  const bool is_its_lease =
      before.is_held && std::ranges::find(own, before.owner.value_or(Uuid{})) != own.end();
  if (after.token_generation != before.token_generation && !is_its_lease) {
    broke("an access token was stored without the lease");
  }
  if (after.refresh_generation != 0 && after.refresh_generation < before.refresh_generation) {
    broke("an older refresh token took the place of a newer one");
  }
  const bool is_taken = before.is_held && before.owner != after.owner && !is_its_lease;
  if (is_taken && after.owner == node.process) ++tally_.takeovers;
}

// A request is planned from what the store said when the lease was claimed.
void Simulation::note_claim(Node& node, const Row& before, const Row& after) {
  if (after.owner != node.process || after.epoch == before.epoch) return;
  node.claimed_in_doubt = after.lost_answers > 0;
  node.access_token_lived = after.expires_at && *after.expires_at > world_.clock.now();
}

// One refresh at a time; and while an answer is in doubt, none as long as an access token lives
// (this provider's entry names no window).
void Simulation::send(Node& node, http::OutgoingRequest request, http::ExchangeDone done) {
  if (!may_go_on(node, false)) return;
  const auto call = std::make_shared<SimulatedCall>();
  call->node = node.index;
  call->token = refresh_token_in(request.body.reveal());
  call->family = provider_.family_of(call->token);
  call->in_doubt = node.claimed_in_doubt;
  call->sent = world_.clock.boot_now();
  call->sent_wall = world_.clock.now();
  call->done = std::move(done);
  say("process " + std::to_string(node.index) + " sends " + call->token +
      (call->in_doubt ? " in doubt" : ""));
  for (const CallPointer& other : calls_) {
    if (other->family == call->family && !other->is_over) broke("two refreshes at a time");
  }
  if (call->in_doubt) {
    ++tally_.in_doubt;
    if (node.access_token_lived) broke("in doubt, it was sent while an access token lived");
  }
  node.in_slot[node.last_slot] = call;
  calls_.push_back(call);
}

// No used refresh token is sent again but by the in-doubt rule; and whoever has the answer
// to it on disk has had a whole lease's time to store it.
void Simulation::judge_reuse(const SimulatedCall& call, const SimulatedCall& used_by,
                             bool was_given_up) {
  if (was_given_up) {  // the network brought it so late; nobody had sent it again
    late_.insert(call.family);
    return;
  }
  if (!call.in_doubt) broke("a used refresh token was sent again, and nothing was in doubt");
  if (!used_by.is_durable) return;
  overtaken_.insert(call.family);
  if (call.sent < used_by.sent + kLeastOvertaking) {
    broke("a used refresh token was sent again though its answer had just been kept");
  }
}

// Whatever is under way ends, whoever is gone comes back, and nothing fails any more.
void Simulation::calm_down() {
  is_calm_ = true;
  say("all is calm");
  bury();
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    nodes_[i]->effects_left = nodes_[i]->store_fails_in = nodes_[i]->disk_fails_in = 0;
    if (nodes_[i]->is_over) start(i);
  }
  finish_all();
}

void Simulation::finish_all() {
  for (int round = 0; round < kMostRounds; ++round) {
    if (const CallPointer call = any_call(false)) {
      process(call);
    } else if (const CallPointer answered = any_call(true)) {
      deliver(answered);
    } else if (!run_task(*nodes_[0]) && !run_task(*nodes_[1])) {
      return;
    }
  }
  broke("it does not come to an end");
}

// The access token is dead and somebody asks: there is a token, or one was lost, and by whom is
// known.
void Simulation::look_at_what_is_left() {
  const auto has_ended = [this] { return last_answer_ == "token" || is_signed_out(); };
  for (int i = 0; i < kMostTries; ++i) {
    // What was stored while the calendar was days ahead counts as alive until then.
    pass(Milliseconds(i % 2 == 0 ? 61'000 : i < 4 ? 700'000 : 100'000'000));
    Node& node = *nodes_[below(nodes_.size())];
    last_answer_.clear();
    ask(node, true);
    finish_all();
    if (has_ended()) break;
  }
  if (last_answer_ == "token") return;
  if (!is_signed_out()) return broke("nobody gets a token, and nobody is asked to sign in");
  if (was_lost_in_flight(family_)) {
    ++tally_.lost_in_flight;
  } else if (overtaken_.contains(family_)) {
    ++tally_.overtaken;
  } else {
    ++tally_.lost_by_us;
    broke("a refresh token was lost though its answer was kept");
  }
  if (reuse_ == Reuse::kIsForgiven) broke("it was lost though the provider takes the old one");
}

bool Simulation::was_lost_in_flight(int family) const {
  return late_.contains(family) || std::ranges::any_of(rotated_, [family](const CallPointer& call) {
           return call->family == family && !call->is_durable;
         });
}

}  // namespace strongroom::vault
