#pragma once
// A token endpoint's answer as it came, before anybody reads what it says; and as bytes, so that it
// can be kept sealed and read again after a restart (invariant 9).

#include <cstddef>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "base/result.h"
#include "base/secret.h"
#include "http/client.h"
#include "oauth/token_response.h"

namespace strongroom::oauth {

// The largest answer that is taken where a refresh token may come with it: there must be room to
// keep it before it is asked for. Headers are counted by themselves.
inline constexpr std::size_t kMaxGrantAnswer = std::size_t{256} * 1024;
inline constexpr std::size_t kMaxGrantHeaders = std::size_t{16} * 1024;
// The longest that to_bytes() makes of one.
inline constexpr std::size_t kMaxRawAnswer = kMaxGrantAnswer + kMaxGrantHeaders + 1024;

// As http has it.
using TokenAnswer = http::IncomingResponse;

// How an answer is to be read: what was asked for, and with what.
struct AnswerReading {
  Expectation expectation = {};
  bool by_assertion = false;      // the client signed something
  bool with_certificate = false;  // the request had one to show
  // RFC 7638 thumbprint of the key that the request proved: a token that is not bound to it is a
  // downgrade, and not taken (RFC 9449 section 5). Empty: none was proved.
  std::string bound_to = {};
};

// Of the headers only those that decide what the answer means.
struct RawAnswer {
  TokenAnswer response;
  AnswerReading reading;
};

// There was no answer at all, or not the whole of one: nobody knows what the provider did.
using RawResult = tl::expected<RawAnswer, TokenFailure>;

// What the answer means; the same whether it came just now or was kept.
TokenResult read_answer(const TokenAnswer& response, const AnswerReading& reading);

// Drops the headers that say nothing about the tokens.
void keep_needed_headers(TokenAnswer& response);

using AnswerBytes = Secret<struct AnswerBytesKind>;

// The answer with its needed headers and the moment at which its request was sent, by the calendar.
AnswerBytes to_bytes(const TokenAnswer& response);
// `clock` says what of its age boot time can still tell. Errors: kCorrupt.
Result<TokenAnswer> answer_from_bytes(std::string_view bytes, const Clock& clock);

}  // namespace strongroom::oauth
