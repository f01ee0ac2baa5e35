#include "oauth/raw_answer.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <utility>

#include "oauth/clock_skew.h"
#include "oauth/mutual_tls.h"
#include "oauth/token_binding.h"

namespace strongroom::oauth {
namespace {

constexpr std::string_view kFormat = "answer 1\n";
constexpr std::array kNeededHeaders = {
    std::string_view("Content-Type"), std::string_view("Retry-After"), std::string_view("Date"),
    std::string_view("Age"), std::string_view("WWW-Authenticate")};

void explain_refused_certificate(TokenFailure& failure, const TokenAnswer& response) {
  const LiteralText why = certificate_not_asked_for(response);
  if (!why.view().empty()) {
    failure.message = why;
  } else if (failure.cause == FailureCause::kInvalidClient) {
    failure.cause = FailureCause::kCertificateNotRegistered;
    failure.message =
        "The service provider saw the client certificate and does not know it for this consumer "
        "key.";
  }
}

// The claim of a clock that is wrong is that of what was signed just now.
void explain_refused_proof(TokenFailure& failure) {
  if (failure.error_code != "invalid_dpop_proof" || !failure.clock_skew) return;
  if (std::chrono::abs(*failure.clock_skew) > kTolerableSkew) {
    failure.cause = FailureCause::kClockSkew;
  }
}

// The answer's status is that of one that gave something: what it was is not used.
TokenFailure downgraded() {
  return {.cause = FailureCause::kUnusableTokenType,
          .message =
              "The service provider was shown the client's key and issued a token that is not "
              "bound to it. It was not taken.",
          .status = 200};
}

void add_number(std::string& out, std::uint64_t number) {  // most significant byte first
  for (int shift = 56; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>((number >> shift) & 255U));
  }
}

void add_text(std::string& out, std::string_view text) {
  add_number(out, text.size());
  out += text;
}

// Takes bytes apart from their front.
class Reader {
 public:
  explicit Reader(std::string_view rest) : rest_(rest) {}

  bool skip(std::string_view expected) {
    is_whole_ = is_whole_ && rest_.starts_with(expected);
    if (is_whole_) rest_.remove_prefix(expected.size());
    return is_whole_;
  }
  std::uint64_t number() {
    is_whole_ = is_whole_ && rest_.size() >= sizeof(std::uint64_t);
    if (!is_whole_) return 0;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(value); ++i) {
      value = value << 8U | static_cast<unsigned char>(rest_[i]);
    }
    rest_.remove_prefix(sizeof(value));
    return value;
  }
  std::string_view text() {
    const std::uint64_t size = number();
    is_whole_ = is_whole_ && size <= rest_.size();
    if (!is_whole_) return {};
    const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(size));
    rest_.remove_prefix(taken.size());
    return taken;
  }
  bool is_whole() const { return is_whole_; }
  bool at_end() const { return is_whole_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool is_whole_ = true;
};

// The moment by boot time, as far as that can be known: it may be another boot, and a calendar that
// was put back must not make the answer younger than now.
BootTime on_boot_clock(WallTime moment, const Clock& clock) {
  return clock.boot_now() - std::max(clock.now() - moment, Milliseconds{0});
}

// Far from where arithmetic ends.
bool is_moment(Milliseconds time) {
  constexpr Milliseconds kLast{std::int64_t{1} << 52};
  return Milliseconds{0} <= time && time < kLast;
}

Error damaged() { return Error{Code::kCorrupt, "An answer that was kept is damaged."}; }

}  // namespace

TokenResult read_answer(const TokenAnswer& response, const AnswerReading& reading) {
  TokenResult tokens =
      parse_token_response(response.status, response.headers, response.body.reveal(),
                           reading.expectation, response.sent_at);
  if (tokens.has_value() && !reading.bound_to.empty() &&
      !is_bound_to(reading.bound_to, tokens->token_type, tokens->access_token.reveal())) {
    return tl::unexpected(downgraded());
  }
  if (tokens.has_value()) {
    tokens->sent_at = response.sent_at;
    tokens->sent_at_boot = response.sent_at_boot;
  } else {
    tokens.error().clock_skew = clock_skew(response.headers, response.sent_at, response.took);
    if (reading.by_assertion) explain_refused_assertion(tokens.error());
    if (reading.with_certificate) explain_refused_certificate(tokens.error(), response);
    if (!reading.bound_to.empty()) explain_refused_proof(tokens.error());
  }
  return tokens;
}

void keep_needed_headers(TokenAnswer& response) {
  std::erase_if(response.headers, [](const http::Header& header) {
    return std::ranges::none_of(kNeededHeaders, [&](std::string_view name) {
      return http::same_field_name(header.name, name);
    });
  });
}

AnswerBytes to_bytes(const TokenAnswer& response) {
  const std::string_view body = response.body.reveal();
  std::size_t size = kFormat.size() + 6 * sizeof(std::uint64_t) + body.size();
  for (const http::Header& header : response.headers) {
    size += 2 * sizeof(std::uint64_t) + header.name.size() + header.value.size();
  }
  std::string out;
  out.reserve(size);  // never grows, so no piece of a token is left behind
  out += kFormat;
  add_number(out, static_cast<std::uint64_t>(response.status));
  add_number(out, response.asked_for_certificate ? 1 : 0);
  add_number(out, static_cast<std::uint64_t>(response.sent_at.time_since_epoch().count()));
  add_number(out, static_cast<std::uint64_t>(response.took.count()));
  add_number(out, response.headers.size());
  for (const http::Header& header : response.headers) {
    add_text(out, header.name);
    add_text(out, header.value);
  }
  add_text(out, body);
  AnswerBytes bytes(out);
  wipe(out);
  return bytes;
}

Result<TokenAnswer> answer_from_bytes(std::string_view bytes, const Clock& clock) {
  Reader reader(bytes);
  if (!reader.skip(kFormat)) return damaged();
  TokenAnswer response;
  response.status = static_cast<int>(reader.number() % 1000);
  response.asked_for_certificate = reader.number() != 0;
  response.sent_at = WallTime(Milliseconds(static_cast<std::int64_t>(reader.number())));
  response.took = Milliseconds(static_cast<std::int64_t>(reader.number()));
  const bool is_possible =
      is_moment(response.sent_at.time_since_epoch()) && is_moment(response.took);
  if (!is_possible) return damaged();
  const std::uint64_t headers = reader.number();
  for (std::uint64_t i = 0; i < headers && reader.is_whole(); ++i) {
    std::string name(reader.text());
    response.headers.push_back({std::move(name), std::string(reader.text())});
  }
  response.body = http::ResponseBody(reader.text());
  if (!reader.at_end()) return damaged();
  response.sent_at_boot = on_boot_clock(response.sent_at, clock);
  return response;
}

}  // namespace strongroom::oauth
