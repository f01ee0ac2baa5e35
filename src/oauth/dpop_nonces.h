#pragma once
// What servers said of the proofs that they take: their newest nonce (RFC 9449 section 8), and how
// far their clock is from ours.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/guarded.h"
#include "http/message.h"

namespace strongroom::oauth {

// RFC 9449 sets no bound; what is longer is no nonce that anybody needs, and it goes into headers.
inline constexpr std::size_t kMaxDpopNonce = 1024;
// Servers that are remembered; who calls more of them forgets the one that was heard of first.
inline constexpr std::size_t kMaxDpopServers = 4096;
// A server whose clock is farther off is not followed: proofs for the far future are not made.
inline constexpr Seconds kMostFollowedSkew{3600};

// 1*NQCHAR (RFC 9449 section 8.1), to kMaxDpopNonce.
bool is_dpop_nonce(std::string_view text);

// The one nonce in the headers of an answer; empty: there is none that can be used.
std::string dpop_nonce_in(const std::vector<http::Header>& headers);

// Safe to use from any thread.
class DpopNonces {
 public:
  struct Known {
    std::string nonce = {};  // empty: it asked for none
    Seconds ahead{0};        // its clock, of ours
  };

  // Of the server that `url` belongs to, by its origin: authorization server and resource server
  // have nonces of their own (RFC 9449 section 9).
  Known known_of(std::string_view url) const;

  // Keeps what an answer of that server says: whatever its status (section 8.2). `ahead`: as
  // clock_skew() (oauth/clock_skew.h) found it; only what exceeds kTolerableSkew is followed.
  void learn(std::string_view url, const std::vector<http::Header>& headers,
             std::optional<Seconds> ahead);

 private:
  struct Server {
    Known known = {};
    std::uint64_t order = 0;  // in which they were first heard of
  };
  struct State {
    std::unordered_map<std::string, Server> servers = {};
    std::uint64_t next_order = 0;
  };
  mutable Guarded<State> state_;
};

}  // namespace strongroom::oauth
