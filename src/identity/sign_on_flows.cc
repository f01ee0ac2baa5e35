#include "identity/sign_on_flows.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace strongroom::identity {

bool SignOnFlows::is_over(const Entry& entry) const {
  return entry.flow.end.left(clock_.now(), clock_.boot_now()) <= Milliseconds{0};
}

void SignOnFlows::erase(Held& held, std::list<Entry>::iterator entry) {
  const auto count = held.of_address.find(entry->address);
  if (--count->second == 0) held.of_address.erase(count);
  held.by_state.erase(entry->state);
  held.in_order.erase(entry);
}

std::size_t SignOnFlows::most_of_one(const Held& held) {
  std::size_t most = 0;
  for (const auto& [address, count] : held.of_address) most = std::max(most, count);
  return most;
}

// Where there is no room for another one, whoever began most makes it.
void SignOnFlows::make_room(Held& held, const std::string& address) const {
  while (!held.in_order.empty() && is_over(held.in_order.front())) {
    erase(held, held.in_order.begin());
  }
  const auto count = held.of_address.find(address);
  const bool is_too_many = count != held.of_address.end() && count->second >= kMostOfAddress;
  if (!is_too_many && held.in_order.size() < kMost) return;
  const std::size_t most = most_of_one(held);
  erase(held, std::ranges::find_if(held.in_order, [&](const Entry& entry) {
          return is_too_many ? entry.address == address : held.of_address.at(entry.address) == most;
        }));
}

void SignOnFlows::begin(const oauth::State& state, SignOnFlow flow, std::string address) {
  const auto held = held_.lock();
  make_room(*held, address);
  const crypto::Sha256Digest hash = crypto::sha256(state.reveal());
  held->of_address[address] += 1;
  held->in_order.push_back({hash, std::move(flow), std::move(address)});
  held->by_state.insert_or_assign(hash, std::prev(held->in_order.end()));
}

std::optional<SignOnFlow> SignOnFlows::take(const oauth::State& state) {
  const auto held = held_.lock();
  const auto found = held->by_state.find(crypto::sha256(state.reveal()));
  if (found == held->by_state.end()) return std::nullopt;
  const auto entry = found->second;
  std::optional<SignOnFlow> flow;
  if (!is_over(*entry)) flow = std::move(entry->flow);
  erase(*held, entry);
  return flow;
}

}  // namespace strongroom::identity
