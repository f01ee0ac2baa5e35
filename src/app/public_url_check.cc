#include "app/public_url_check.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <utility>

#include "base/secret.h"
#include "crypto/encoding.h"
#include "crypto/equal.h"

namespace strongroom::app {
namespace {

using Verdict = api::PublicUrlVerdict;

// Below what no other service has, and not below what the API or the console has (RFC 8615).
constexpr std::string_view kPlace = "/.well-known/strongroom-check/";
// What is left of it where a proxy took something away in front.
constexpr std::string_view kMark = "strongroom-check/";
constexpr std::size_t kNonceBytes = 32;
constexpr std::size_t kNonceCharacters = 43;
constexpr std::size_t kMostBytes = std::size_t{64} * 1024;  // a portal's page may be longer

std::string random_text(crypto::Random& random) {
  std::array<std::byte, kNonceBytes> bytes{};
  random.fill(bytes);
  std::string text = crypto::base64url(bytes);
  wipe(std::span<std::byte>(bytes));
  return text;
}

// The nonce at the end of a path; empty: there is none.
std::string_view nonce_in(std::string_view path) {
  if (path.size() < kMark.size() + kNonceCharacters) return {};
  const std::string_view nonce = path.substr(path.size() - kNonceCharacters);
  const std::string_view before = path.substr(0, path.size() - kNonceCharacters);
  if (!before.ends_with(kMark) || !crypto::base64url_decode(nonce)) return {};
  return nonce;
}

// Empty where there is none, or it cannot be read: then its certificate is not trusted.
std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// Anywhere: whoever runs the server named this URL.
http::AddressPolicy everywhere() {
  return {.allowed = {*http::AddressRange::parse("0.0.0.0/0"), *http::AddressRange::parse("::/0")}};
}

Verdict verdict_of_tls(http::Fault fault) {
  switch (fault) {
    case http::Fault::kUntrustedChain:
      return Verdict::kCertificateNotTrusted;
    case http::Fault::kOtherName:
      return Verdict::kCertificateOtherName;
    case http::Fault::kExpired:
      return Verdict::kCertificateExpired;
    case http::Fault::kOther:
    case http::Fault::kClientCertificate:
    case http::Fault::kProxyAuthentication:
    case http::Fault::kProxyRefusal:
      return Verdict::kTlsFailed;
  }
  return Verdict::kTlsFailed;
}

Verdict verdict_of_failure(const http::ExchangeFailure& failure) {
  switch (failure.hop) {
    case http::Hop::kName:
      return Verdict::kNameNotFound;
    case http::Hop::kAddressPolicy:
    case http::Hop::kProxy:
    case http::Hop::kConnect:
      return Verdict::kNotReached;
    case http::Hop::kTls:
      return verdict_of_tls(failure.fault);
    case http::Hop::kSend:
    case http::Hop::kReceive:
    case http::Hop::kTime:
      return Verdict::kNoAnswer;
    case http::Hop::kLimit:
      return Verdict::kAnotherServer;
    case http::Hop::kUrl:
    case http::Hop::kLocal:
      return Verdict::kNotTried;
  }
  return Verdict::kNotTried;
}

Verdict verdict_of_other_answer(int status) {
  if (300 <= status && status < 400) return Verdict::kRedirect;
  if (502 <= status && status <= 504) return Verdict::kGateway;
  return Verdict::kAnotherServer;
}

}  // namespace

PublicUrlCheck::PublicUrlCheck(Parts parts)
    : parts_(std::move(parts)), key_(random_text(parts_.random)) {}

api::PublicUrlReport PublicUrlCheck::last() {
  api::PublicUrlReport report = state_.lock()->last;
  report.url = parts_.url();
  return report;
}

// Two proofs: that it was this process, and that it saw this path.
std::string PublicUrlCheck::answer_to(std::string_view nonce, std::string_view path) const {
  const auto proof = [&](std::string text) {
    return crypto::base64url(key_.mac(text.append(nonce)));
  };
  return R"({"server":")" + proof("server ") + R"(","path":")" +
         proof("path " + std::string(path) + " ") + "\"}";
}

std::optional<http::Response> PublicUrlCheck::answer(const http::Request& request) const {
  const std::string_view nonce = nonce_in(request.path);
  if (nonce.empty() || (request.method != "GET" && request.method != "HEAD")) return std::nullopt;
  http::Response response;
  response.body = answer_to(nonce, request.path);
  return response;
}

http::OutgoingRequest PublicUrlCheck::request_for(const std::string& url,
                                                  const std::string& nonce) const {
  http::OutgoingRequest request;
  request.method = "GET";
  request.url = url + std::string(kPlace) + nonce;
  request.headers = {{"Accept", "application/json"}};
  request.policy = everywhere();
  parts_.network.apply_to(request);
  request.extra_ca_pem += "\n" + content_of(parts_.own_ca());
  request.limits.max_response_bytes = kMostBytes;
  return request;
}

Verdict PublicUrlCheck::verdict_of(const http::ExchangeResult& result,
                                   const std::string& nonce) const {
  if (!result) return verdict_of_failure(result.error());
  const std::string wanted = answer_to(nonce, std::string(kPlace) + nonce);
  const std::string_view got = result->body.reveal();
  if (result->status != 200) return verdict_of_other_answer(result->status);
  if (crypto::constant_time_equal(got, wanted)) return Verdict::kOk;
  const std::string_view of_this_process = std::string_view(wanted).substr(0, wanted.find(','));
  const bool is_this_process =
      crypto::constant_time_equal(got.substr(0, of_this_process.size()), of_this_process);
  return is_this_process ? Verdict::kPathChanged : Verdict::kAnotherServer;
}

void PublicUrlCheck::check(api::PublicUrl::Done done) {
  {
    const auto state = state_.lock();
    if (done) state->waiting.push_back(std::move(done));
    if (std::exchange(state->asking, true)) return;
  }
  const std::string url = parts_.url();
  const std::string nonce = random_text(parts_.random);
  parts_.client.send(request_for(url, nonce), [this, url, nonce](http::ExchangeResult result) {
    api::PublicUrlReport report{url, verdict_of(result, nonce), parts_.clock.now()};
    const std::string detail =
        result ? "status " + std::to_string(result->status) : result.error().detail;
    (void)parts_.finish([this, report, detail] { finish(report, detail); });
  });
}

void PublicUrlCheck::finish(const api::PublicUrlReport& report, const std::string& detail) {
  std::vector<api::PublicUrl::Done> waiting;
  bool is_news = false;
  {
    const auto state = state_.lock();
    is_news = state->last.verdict != report.verdict;
    state->last = report;
    state->asking = false;
    waiting.swap(state->waiting);
  }
  if (is_news) log_verdict(report, detail);
  for (auto& done : waiting) done(report);
}

void PublicUrlCheck::log_verdict(const api::PublicUrlReport& report, const std::string& detail) {
  const api::PublicUrlWords words = api::words_of(report.verdict);
  if (report.verdict == Verdict::kOk) {
    return parts_.log.info("The public URL leads to this server.",
                           {{"public_url", std::string_view(report.url)}});
  }
  parts_.log.warning("The server does not find itself at its public URL. It serves all the same.",
                     {{"public_url", std::string_view(report.url)},
                      {"cause", words.cause},
                      {"seen", words.message.view()},
                      {"what_to_do", words.advice.view()},
                      {"detail", std::string_view(detail)}});
}

}  // namespace strongroom::app
