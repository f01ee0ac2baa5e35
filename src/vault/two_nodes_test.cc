// Ten thousand lives of two processes that share one store.

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <string>
#include <vector>

#include "storage/testing/direct_store.h"
#include "vault/destination.h"
#include "vault/testing/sign_in_world.h"
#include "vault/testing/simulation.h"

namespace strongroom::vault {
namespace {

constexpr std::uint64_t kSeeds = 10'000;

class TwoNodes : public SignInWorld {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(SignInWorld::SetUp());
    auto store = storage::DirectStore::open(directory_.file("state.db"));
    ASSERT_TRUE(store.has_value()) << store.error().detail;
    direct_ = *std::move(store);
    // Its thread finds nothing to move: the events of these processes stay where they were written.
    auto other =
        storage::open_sqlite({.path = directory_.file("other.db")}, storage::state_schema(), log_);
    ASSERT_TRUE(other.has_value());
    other_ = *std::move(other);
    auto trail = audit::Trail::open({.path = directory_.file("other_audit.db"), .vfs = vfs_.name()},
                                    *other_, clock_, log_);
    ASSERT_TRUE(trail.has_value());
    other_trail_ = *std::move(trail);
    base_ = std::make_unique<Context>(Context{*direct_, *other_trail_, keys_, sealer_, random_,
                                              clock_, log_, *catalogue_, index_, network_});
    const auto system = systems().get(admin_, system_.id);
    ASSERT_TRUE(system.has_value());
    world_ = std::make_unique<SimulatedWorld>(
        SimulatedWorld{.context = *base_,
                       .store = *direct_,
                       .clock = clock_,
                       .client = client_,
                       .destination = destination_digest(*catalogue_, *system)});
  }

  // What was broken, with all that led to it; empty: nothing was.
  std::string told(std::uint64_t seed, SimulationTally& tally) {
    Simulation simulation(*world_, seed);
    const std::vector<std::string> broken = simulation.run();
    simulation.add_to(tally);
    if (broken.empty()) return {};
    std::string text = "seed " + std::to_string(seed) + "\n";
    for (const std::string& line : simulation.story()) text.append(line).append("\n");
    return text + "Again: vault_tests --gtest_filter=TwoNodes.* --gtest_random_seed=" +
           std::to_string(seed);
  }

  std::unique_ptr<storage::DirectStore> direct_;
  std::unique_ptr<storage::Store> other_;
  std::unique_ptr<audit::Trail> other_trail_;
  std::unique_ptr<Context> base_;
  std::unique_ptr<SimulatedWorld> world_;
};

TEST_F(TwoNodes, WhateverHappensInWhateverOrderNothingIsLostButInFlight) {
  // field.md pain 1, field.md pain 2, field.md pain 3
  const auto chosen = static_cast<std::uint64_t>(GTEST_FLAG_GET(random_seed));
  const std::uint64_t first = chosen == 0 ? 1 : chosen;
  const std::uint64_t last = chosen == 0 ? kSeeds : chosen;
  SimulationTally tally;
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    const std::string story = told(seed, tally);
    ASSERT_EQ(story, "");
  }
  EXPECT_EQ(tally.lost_by_us, 0U);
  std::cout << "seeds " << last - first + 1 << " refreshes " << tally.refreshes << " crashes "
            << tally.crashes << " takeovers " << tally.takeovers << " in_doubt " << tally.in_doubt
            << " lost_in_flight " << tally.lost_in_flight << " overtaken " << tally.overtaken
            << " lost_by_us " << tally.lost_by_us << std::endl;
  if (chosen != 0) return;
  // They would prove nothing if nothing had happened.
  EXPECT_GT(tally.refreshes, kSeeds);
  EXPECT_GT(tally.crashes, kSeeds / 2);
  EXPECT_GT(tally.takeovers, kSeeds / 100);
  EXPECT_GT(tally.in_doubt, kSeeds / 100);
  EXPECT_GT(tally.lost_in_flight, 0U);
}

}  // namespace
}  // namespace strongroom::vault
