#include "vault/testing/simulated_provider.h"

#include <algorithm>

namespace strongroom::vault {

std::string SimulatedProvider::sign_in() { return issue(++families_); }

std::string SimulatedProvider::issue(int family) {
  std::string token = "r" + std::to_string(family) + "-" + std::to_string(++issued_);
  tokens_[token].family = family;
  return token;
}

int SimulatedProvider::family_of(const std::string& token) const {
  const auto found = tokens_.find(token);
  return found == tokens_.end() ? 0 : found->second.family;
}

bool SimulatedProvider::is_usable(const Token& token) const {
  if (revoked_.contains(token.family)) return false;
  if (token.used_by == nullptr) return true;
  return reuse_ == Reuse::kIsForgiven &&
         std::ranges::none_of(token.successors, [this](const std::string& next) {
           return tokens_.at(next).used_by != nullptr;
         });
}

bool SimulatedProvider::takes(const std::string& token) const {
  const auto found = tokens_.find(token);
  return found != tokens_.end() && is_usable(found->second);
}

SimulatedProvider::Seen SimulatedProvider::process(const CallPointer& call) {
  call->is_processed = true;
  const auto found = tokens_.find(call->token);
  if (found == tokens_.end()) {
    answer(*call, 400, R"({"error":"invalid_grant"})");
    return {};
  }
  Token& token = found->second;
  const Seen seen{.used_by = token.used_by};
  if (!is_usable(token)) {
    if (token.used_by != nullptr && reuse_ == Reuse::kRevokesFamily) revoked_[token.family] = true;
    answer(*call, 400, R"({"error":"invalid_grant"})");
    return seen;
  }
  token.used_by = call;
  call->has_rotated = true;
  const std::string next = issue(token.family);
  tokens_.at(call->token).successors.push_back(next);
  answer(*call, 200,
         R"({"access_token":"a)" + next + R"(","token_type":"Bearer","expires_in":600,)" +
             R"("refresh_token":")" + next + R"("})");
  return seen;
}

void SimulatedProvider::refuse(SimulatedCall& call) const {
  call.is_processed = true;
  answer(call, 503, R"({"error":"temporarily_unavailable"})");
}

void SimulatedProvider::answer(SimulatedCall& call, int status, const std::string& body) const {
  call.response.status = status;
  call.response.headers.push_back({"Content-Type", "application/json"});
  call.response.body = http::ResponseBody(body);
  call.response.sent_at = call.sent_wall;
  call.response.sent_at_boot = call.sent;
}

}  // namespace strongroom::vault
