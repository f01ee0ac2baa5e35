#include "vault/authorization.h"

#include <algorithm>
#include <array>
#include <utility>

namespace strongroom::vault {
namespace {

template <class Value, std::size_t N>
using Names = std::array<std::pair<Value, std::string_view>, N>;

constexpr Names<AuthorizationState, 8> kStates{
    {{AuthorizationState::kWaiting, "waiting"},
     {AuthorizationState::kStarted, "started"},
     {AuthorizationState::kExchanging, "exchanging"},
     {AuthorizationState::kConfirmationNeeded, "confirmation_needed"},
     {AuthorizationState::kCompleted, "completed"},
     {AuthorizationState::kFailed, "failed"},
     {AuthorizationState::kExpired, "expired"},
     {AuthorizationState::kCancelled, "cancelled"}}};
constexpr Names<ConfirmationReason, 3> kReasons{
    {{ConfirmationReason::kOtherAccount, "other_account"},
     {ConfirmationReason::kNotExpectedAccount, "not_expected_account"},
     {ConfirmationReason::kOpenedByAnotherPerson, "opened_by_another_person"}}};

template <class Value, std::size_t N>
std::string_view name_of(const Names<Value, N>& names, Value value) {
  for (const auto& [each, name] : names) {
    if (each == value) return name;
  }
  return {};
}

template <class Value, std::size_t N>
std::optional<Value> value_of(const Names<Value, N>& names, std::string_view text) {
  for (const auto& [each, name] : names) {
    if (name == text) return each;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_text(AuthorizationState value) { return name_of(kStates, value); }
std::string_view to_text(ConfirmationReason value) { return name_of(kReasons, value); }
std::optional<AuthorizationState> authorization_state_from_text(std::string_view text) {
  return value_of(kStates, text);
}
std::optional<ConfirmationReason> confirmation_reason_from_text(std::string_view text) {
  return value_of(kReasons, text);
}

}  // namespace strongroom::vault
