#pragma once
// For the simulation's own files only: one of its processes.

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "oauth/token_client.h"
#include "vault/testing/simulation.h"

namespace strongroom::vault {

// The store as one process sees it.
class Simulation::NodeStore final : public storage::Store {
 public:
  NodeStore(Simulation& simulation, Node& node) : simulation_(simulation), node_(node) {}

  Status read(UniqueFunction<Status(storage::Snapshot&)> work) override {
    return simulation_.world_.store.read(std::move(work));
  }
  Status write(UniqueFunction<Status(storage::Transaction&)> work) override {
    return simulation_.write(node_, std::move(work));
  }
  bool writable() const override { return true; }

 private:
  Simulation& simulation_;
  Node& node_;
};

class Simulation::NodeNetwork final : public http::Client {
 public:
  NodeNetwork(Simulation& simulation, Node& node) : simulation_(simulation), node_(node) {}
  void send(http::OutgoingRequest request, http::ExchangeDone done) override {
    simulation_.send(node_, std::move(request), std::move(done));
  }

 private:
  Simulation& simulation_;
  Node& node_;
};

struct Simulation::Node {
  Node(Simulation& simulation, std::size_t which, Uuid id)
      : index(which), process(id), store(simulation, *this), network(simulation, *this) {}

  const std::size_t index;
  const Uuid process;
  NodeStore store;
  NodeNetwork network;
  oauth::TokenClient token_client{network};
  LookupIndex look_ups;
  std::unique_ptr<Journal> journal;
  std::unique_ptr<Context> context;
  std::deque<Task> tasks;
  std::unique_ptr<Retrievals> retrievals;

  bool is_over = false;
  int effects_left = 0;  // then it ends; 0: it does not
  int store_fails_in = 0;
  bool store_fails_after = false;  // it was done, and the process is told that it was not
  int disk_fails_in = 0;

  // What the store said when it claimed the client's lease last.
  bool claimed_in_doubt = false;
  bool access_token_lived = false;

  std::size_t last_slot = 0;                   // of its journal that an intent was written to
  std::map<std::size_t, CallPointer> in_slot;  // what was sent last for each
  std::vector<std::size_t> unsynced;           // slots that got an answer
};

// What the simulation watches of the client.
struct Simulation::Row {
  std::optional<Uuid> owner;
  std::int64_t epoch = 0;
  bool is_held = false;
  std::int64_t token_generation = 0;
  std::optional<WallTime> expires_at;
  std::int64_t refresh_generation = 0;  // 0: there is none
  std::int64_t lost_answers = 0;
};

}  // namespace strongroom::vault
