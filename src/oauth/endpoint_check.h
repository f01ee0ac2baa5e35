#pragma once
// The way to a token endpoint, hop by hop, for a person who looks for what is wrong. Nothing that
// comes back is kept: of a token not even its fingerprint.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/client.h"
#include "oauth/token_failure.h"

namespace strongroom::oauth {

// In the order in which they are met.
enum class CheckHop : std::uint8_t {
  kSettings,   // the target system's own: endpoint, tenant, secrets
  kDiscovery,  // reading the issuer's metadata, where there is an issuer
  kName,
  kAddressPolicy,
  kProxy,
  kTcp,
  kTls,
  kHttp,
  kOAuth,
};
inline constexpr std::size_t kCheckHops = 9;

enum class CheckVerdict : std::uint8_t { kPassed, kFailed, kSkipped, kNotReached };

struct CheckStep {
  CheckHop hop;
  CheckVerdict verdict;
  LiteralText message;  // plain words; empty where the verdict says all
};

struct EndpointCheck {
  std::string endpoint;          // the URL that was called; empty: the settings make none
  std::string proxy;             // its URL; empty: none was used
  std::vector<CheckStep> steps;  // one for each hop
  http::ExchangeTrace trace;
  int http_status = 0;                            // 0: there was no answer
  std::string_view error_code = {};               // of OAuth, a literal of ours; or empty
  std::vector<std::int64_t> provider_codes = {};  // Microsoft's
  std::optional<FailureCause> cause = {};         // nullopt: nothing is wrong
  LiteralText message = "";                       // what is wrong, in plain words
  WhoMustAct who_must_act = WhoMustAct::kNobody;
  LiteralText where = "";                  // that one acts
  std::optional<Seconds> clock_skew = {};  // how far the provider's clock is ahead of ours
  bool transient = false;                  // it may work later though nobody mends anything

  bool good() const { return !cause.has_value(); }
};

// The hop at which it failed, and the name of its cause, as texts; empty: nothing is wrong.
std::string_view failed_hop(const EndpointCheck& check);
std::string_view cause_name(const EndpointCheck& check);

// What is known when the settings make no request at all.
EndpointCheck failed_in_settings(LiteralText message);

// What came of a request, whose settings were complete if `has_secret`: then `failure` is what the
// token client made of the answer, or nullptr where it holds a token. Without a secret any answer
// over HTTP is a good one, since none was asked for a token. A pure function.
enum class IssuerReading : std::uint8_t { kNone, kRead, kFailed };
struct CheckFacts {
  IssuerReading issuer = IssuerReading::kNone;  // kFailed: the exchange was that of the metadata
  std::string endpoint = {};
  std::string proxy = {};
  http::ExchangeTrace trace = {};
  int http_status = 0;
  bool has_secret = false;
  LiteralText why_no_secret = "";
};
EndpointCheck check_of(CheckFacts facts, const TokenFailure* failure);

// The hop at which a failure of this cause is met.
CheckHop hop_of(FailureCause cause);

std::string_view to_text(CheckHop hop);          // "address_policy"
std::string_view to_text(CheckVerdict verdict);  // "not_reached"

}  // namespace strongroom::oauth
