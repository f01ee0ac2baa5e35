#include "oauth/endpoint_check.h"

#include <utility>

namespace strongroom::oauth {
namespace {

// A hop that was passed, or that this request did not need.
CheckStep met(CheckHop hop, const CheckFacts& facts) {
  const bool by_proxy = !facts.proxy.empty();
  if (hop == CheckHop::kDiscovery && facts.issuer == IssuerReading::kNone) {
    return {hop, CheckVerdict::kSkipped, "There is no issuer to read."};
  }
  if (hop == CheckHop::kName && by_proxy && facts.trace.addresses.empty()) {
    return {hop, CheckVerdict::kSkipped, "The name means nothing here; the proxy resolves it."};
  }
  if (hop == CheckHop::kProxy && !by_proxy) return {hop, CheckVerdict::kSkipped, "None is used."};
  if (hop == CheckHop::kOAuth && !facts.has_secret) {
    return {hop, CheckVerdict::kSkipped, facts.why_no_secret};
  }
  return {hop, CheckVerdict::kPassed, ""};
}

CheckStep step_at(CheckHop hop, std::optional<CheckHop> failed_at, const CheckFacts& facts,
                  LiteralText message) {
  if (!failed_at || hop < *failed_at) return met(hop, facts);
  if (hop == *failed_at) return {hop, CheckVerdict::kFailed, message};
  return {hop, CheckVerdict::kNotReached, ""};
}

// An answer that is no token is what a request without a secret gets.
bool counts(const TokenFailure& failure, bool has_secret) {
  if (has_secret || failure.cause == FailureCause::kUnusableMetadata) return true;
  return failure.status == 0 || failure.cause == FailureCause::kRedirected ||
         failure.cause == FailureCause::kProviderUnavailable;
}

// Tokens are asked for again after these too, so that it is noticed when somebody has mended it;
// but nobody who waits for that alone may be told that it comes.
bool may_pass(FailureCause cause) {
  switch (cause) {
    case FailureCause::kTlsUntrusted:
    case FailureCause::kTlsNameMismatch:
    case FailureCause::kTlsExpired:
    case FailureCause::kProxyAuthentication:
    case FailureCause::kProxyRefused:
      return false;
    default:
      return true;
  }
}

}  // namespace

CheckHop hop_of(FailureCause cause) {
  switch (cause) {
    case FailureCause::kInvalidSettings:
      return CheckHop::kSettings;
    case FailureCause::kUnusableMetadata:
      return CheckHop::kDiscovery;
    case FailureCause::kNameUnresolved:
      return CheckHop::kName;
    case FailureCause::kAddressPolicy:
      return CheckHop::kAddressPolicy;
    case FailureCause::kProxy:
    case FailureCause::kProxyAuthentication:
    case FailureCause::kProxyRefused:
      return CheckHop::kProxy;
    case FailureCause::kUnreachable:
    case FailureCause::kOverloaded:
      return CheckHop::kTcp;
    case FailureCause::kTls:
    case FailureCause::kTlsUntrusted:
    case FailureCause::kTlsNameMismatch:
    case FailureCause::kTlsExpired:
    case FailureCause::kTlsClientCertificate:
      return CheckHop::kTls;
    case FailureCause::kRedirected:
    case FailureCause::kEndpointNotFound:
    case FailureCause::kRateLimited:
    case FailureCause::kProviderUnavailable:
    case FailureCause::kOversized:
    case FailureCause::kInterrupted:
    case FailureCause::kTimedOut:
      return CheckHop::kHttp;
    default:
      return CheckHop::kOAuth;
  }
}

EndpointCheck failed_in_settings(LiteralText message) {
  const TokenFailure failure{.cause = FailureCause::kInvalidSettings, .message = message};
  return check_of({}, &failure);
}

EndpointCheck check_of(CheckFacts facts, const TokenFailure* failure) {
  EndpointCheck check;
  std::optional<CheckHop> failed_at;
  if (failure != nullptr && counts(*failure, facts.has_secret)) {
    const CauseFacts& known = facts_of(failure->cause);
    const bool in_discovery = facts.issuer == IssuerReading::kFailed;
    failed_at = in_discovery ? CheckHop::kDiscovery : hop_of(failure->cause);
    check.cause = failure->cause;
    check.message = failure->message.view().empty() ? known.message : failure->message;
    check.who_must_act = known.who;
    check.where = known.where;
    check.clock_skew = failure->clock_skew;
    check.transient = known.transient && may_pass(failure->cause);
    check.error_code = failure->error_code;
    check.provider_codes = failure->provider_codes;
  }
  for (std::size_t i = 0; i < kCheckHops; ++i) {
    check.steps.push_back(step_at(static_cast<CheckHop>(i), failed_at, facts, check.message));
  }
  check.endpoint = std::move(facts.endpoint);
  check.proxy = std::move(facts.proxy);
  check.trace = std::move(facts.trace);
  check.http_status = facts.http_status;
  return check;
}

std::string_view failed_hop(const EndpointCheck& check) {
  for (const CheckStep& step : check.steps) {
    if (step.verdict == CheckVerdict::kFailed) return to_text(step.hop);
  }
  return "";
}

std::string_view cause_name(const EndpointCheck& check) {
  return check.cause ? facts_of(*check.cause).name.view() : std::string_view();
}

std::string_view to_text(CheckHop hop) {
  switch (hop) {
    case CheckHop::kSettings:
      return "settings";
    case CheckHop::kDiscovery:
      return "discovery";
    case CheckHop::kName:
      return "name";
    case CheckHop::kAddressPolicy:
      return "address_policy";
    case CheckHop::kProxy:
      return "proxy";
    case CheckHop::kTcp:
      return "tcp";
    case CheckHop::kTls:
      return "tls";
    case CheckHop::kHttp:
      return "http";
    case CheckHop::kOAuth:
      return "oauth";
  }
  return "";
}

std::string_view to_text(CheckVerdict verdict) {
  switch (verdict) {
    case CheckVerdict::kPassed:
      return "passed";
    case CheckVerdict::kFailed:
      return "failed";
    case CheckVerdict::kSkipped:
      return "skipped";
    case CheckVerdict::kNotReached:
      return "not_reached";
  }
  return "";
}

}  // namespace strongroom::oauth
