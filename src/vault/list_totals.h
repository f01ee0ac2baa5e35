#pragma once
// Totals of lists, counted once: whoever turns pages, or sorts another way, asks for the same one
// again and again, and to count a part of a million names takes a while.

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/guarded.h"

namespace strongroom::vault {

// Of lists whose length depends on nothing but rows with MACs and columns that these cover
// (row_mac.h), so that a total holds as long as the generation of the row sets does. Safe to use
// from any thread.
class ListTotals {
 public:
  // `question`: what the list is narrowed by. `generation`: of the snapshot that is read.
  std::optional<std::int64_t> find(const std::string& question, std::int64_t generation);
  void note(const std::string& question, std::int64_t generation, std::int64_t total);

 private:
  struct State {
    std::int64_t generation = 0;
    std::unordered_map<std::string, std::int64_t> totals = {};
  };
  Guarded<State> state_;
};

}  // namespace strongroom::vault
