#include "oauth/dpop_nonces.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "http/url.h"
#include "oauth/clock_skew.h"
#include "oauth/dpop_proof.h"

namespace strongroom::oauth {
namespace {

// RFC 6749 appendix A: %x21 / %x23-5B / %x5D-7E.
bool is_nqchar(char c) { return '!' <= c && c <= '~' && c != '"' && c != '\\'; }

// Empty for what is no address.
std::string origin_of(std::string_view url) {
  const auto parsed = http::Url::parse(url);
  return parsed ? parsed->origin() : std::string();
}

}  // namespace

bool is_dpop_nonce(std::string_view text) {
  return !text.empty() && text.size() <= kMaxDpopNonce && std::ranges::all_of(text, is_nqchar);
}

std::string dpop_nonce_in(const std::vector<http::Header>& headers) {
  const http::Header* found = nullptr;
  for (const http::Header& header : headers) {
    if (!http::same_field_name(header.name, kDpopNonceHeader)) continue;
    if (found != nullptr) return "";  // which of them would it be?
    found = &header;
  }
  return found != nullptr && is_dpop_nonce(found->value) ? found->value : std::string();
}

DpopNonces::Known DpopNonces::known_of(std::string_view url) const {
  const std::string origin = origin_of(url);
  const auto state = state_.lock();
  const auto found = state->servers.find(origin);
  return found == state->servers.end() ? Known{} : found->second.known;
}

void DpopNonces::learn(std::string_view url, const std::vector<http::Header>& headers,
                       std::optional<Seconds> ahead) {
  std::string nonce = dpop_nonce_in(headers);
  const bool is_off = ahead && std::chrono::abs(*ahead) > kTolerableSkew &&
                      std::chrono::abs(*ahead) <= kMostFollowedSkew;
  const std::string origin = origin_of(url);
  const auto state = state_.lock();
  auto found = state->servers.find(origin);
  if (found == state->servers.end()) {
    if (nonce.empty() && !is_off) return;  // nothing to remember
    if (state->servers.size() >= kMaxDpopServers) {
      state->servers.erase(std::ranges::min_element(
          state->servers, {}, [](const auto& entry) { return entry.second.order; }));
    }
    found = state->servers.try_emplace(origin, Server{.order = state->next_order++}).first;
  }
  if (!nonce.empty()) found->second.known.nonce = std::move(nonce);
  if (ahead) found->second.known.ahead = is_off ? *ahead : Seconds{0};
}

}  // namespace strongroom::oauth
