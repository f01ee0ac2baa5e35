#pragma once
// Two processes over one store, one client, and a provider that rotates refresh tokens: the real
// Retrievals, Journal and write-back, with everything around them decided by dice that a seed
// throws.
//
// Each process has a queue of work in place of threads, a journal on a disk of its own, and an
// index of its own. The dice say whose work is next, what becomes of a request and of its answer,
// when time passes, when somebody sets the calendar, when a process ends, between any two of its
// effects (a transaction, a write, a sync, a request), and whether its disk keeps what was not
// synced. Before each effect the other process may go on, so whatever one does can happen between
// any two steps of the other. After that all is calm, and what is left is looked at.

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/testing/fake_clock.h"
#include "crypto/testing/counting_random.h"
#include "vault/context.h"
#include "vault/journal.h"
#include "vault/lookup_index.h"
#include "vault/retrievals.h"
#include "vault/testing/simulated_disk.h"
#include "vault/testing/simulated_provider.h"

namespace strongroom::vault {

// What all simulations stand on, one after another.
struct SimulatedWorld {
  const Context& context;  // whose store, index, clock and random numbers are not used
  storage::Store& store;
  FakeClock& clock;
  OAuthClientId client;
  std::string destination;  // digest of where its refresh tokens go
  std::array<SimulatedDisk, 2> disks{SimulatedDisk(kJournalBytes), SimulatedDisk(kJournalBytes)};
};

struct SimulationTally {
  std::uint64_t refreshes = 0;  // that the provider answered with tokens
  std::uint64_t crashes = 0;
  std::uint64_t takeovers = 0;       // of a lease whose holder was gone
  std::uint64_t in_doubt = 0;        // refresh tokens that were sent once more in doubt
  std::uint64_t lost_in_flight = 0;  // used up, and no disk of ours had the answer
  std::uint64_t overtaken = 0;       // lost because a process was away for longer than its lease
  std::uint64_t lost_by_us = 0;
};

// For one thread, once.
class Simulation {
 public:
  Simulation(SimulatedWorld& world, std::uint64_t seed);
  ~Simulation();
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  // Answers what was broken; nothing, if all was as it must be.
  std::vector<std::string> run();
  void add_to(SimulationTally& tally) const;
  // What happened, a line each.
  const std::vector<std::string>& story() const { return story_; }

 private:
  class NodeStore;
  class NodeNetwork;
  struct Node;
  struct Row;

  std::size_t below(std::size_t count);
  bool chance(std::size_t percent) { return below(100) < percent; }
  void say(std::string line) { story_.push_back(std::move(line)); }
  void broke(const std::string& what);

  void step();
  void interfere(std::size_t except);
  void start(std::size_t which);
  void load_index(Node& node);
  void bury();
  void ask(Node& node, bool as_person);
  bool run_task(Node& node);
  CallPointer any_call(bool is_processed);
  void process(const CallPointer& call);
  void deliver(const CallPointer& call);
  void lose(const CallPointer& call, bool may_have_arrived);
  void pass(Milliseconds time);
  void set_calendar();
  void arm(Node& node);
  void sign_in();
  bool is_signed_out() const;

  bool may_go_on(Node& node, bool others_too);
  SimulatedDisk::Hooks hooks_of(Node& node);
  Status write(Node& node, UniqueFunction<Status(storage::Transaction&)> work);
  void send(Node& node, http::OutgoingRequest request, http::ExchangeDone done);
  Row read_row(storage::Snapshot& snapshot) const;
  void judge_write(const Node& node, const Row& before, const Row& after);
  void note_claim(Node& node, const Row& before, const Row& after);
  void judge_reuse(const SimulatedCall& call, const SimulatedCall& used_by, bool was_given_up);

  void calm_down();
  void finish_all();
  void look_at_what_is_left();
  bool was_lost_in_flight(int family) const;

  SimulatedWorld& world_;
  std::uint64_t dice_;
  crypto::CountingRandom random_;
  const Reuse reuse_;
  SimulatedProvider provider_;
  std::array<std::unique_ptr<Node>, 2> nodes_;
  std::array<std::vector<Uuid>, 2> processes_;  // that there were
  std::vector<CallPointer> calls_;              // that somebody waits for, or that may still arrive
  std::vector<CallPointer> rotated_;            // of those and others
  std::set<int> late_;  // families of which a request arrived that was given up
  std::set<int> overtaken_;
  int family_ = 0;
  bool is_calm_ = false;
  bool is_interfering_ = false;
  std::string last_answer_;
  SimulationTally tally_;
  std::vector<std::string> story_;
  std::vector<std::string> broken_;
};

}  // namespace strongroom::vault
