#include "vault/list_totals.h"

namespace strongroom::vault {
namespace {

constexpr std::size_t kMost = 1000;  // questions; whoever asks for more begins anew

}  // namespace

std::optional<std::int64_t> ListTotals::find(const std::string& question, std::int64_t generation) {
  const auto state = state_.lock();
  if (state->generation != generation) return std::nullopt;
  const auto found = state->totals.find(question);
  if (found == state->totals.end()) return std::nullopt;
  return found->second;
}

void ListTotals::note(const std::string& question, std::int64_t generation, std::int64_t total) {
  const auto state = state_.lock();
  if (generation < state->generation) return;
  if (generation > state->generation || state->totals.size() >= kMost) state->totals.clear();
  state->generation = generation;
  state->totals[question] = total;
}

}  // namespace strongroom::vault
