#pragma once
// What the server found when it asked its own public URL, as people are told it.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/function.h"
#include "base/result.h"

namespace strongroom::api {

// A server that cannot ask itself this way may still be reached by everybody else: where names mean
// something else for it than for people (split DNS), or no connection leads back to it. So these
// are what was seen from here.
enum class PublicUrlVerdict : std::uint8_t {
  kUnchecked,  // not asked yet
  kOk,
  kNameNotFound,
  kNotReached,  // no connection
  kNoAnswer,    // a connection, and then nothing or not all of it
  kCertificateNotTrusted,
  kCertificateOtherName,
  kCertificateExpired,
  kTlsFailed,
  kRedirect,
  kGateway,  // a proxy in front says that it does not reach what is behind it
  kAnotherServer,
  kPathChanged,  // this server answered, and saw another path than the one that was asked for
  kNotTried,     // for reasons of this machine
};

// The words for a verdict, for the log, the command line and the API.
struct PublicUrlWords {
  std::string_view cause;  // "name_not_found"; empty: there is nothing wrong, or nothing known
  LiteralText message;
  LiteralText advice;  // what to do, and when nothing is to be done; may be empty
};
PublicUrlWords words_of(PublicUrlVerdict verdict);

struct PublicUrlReport {
  std::string url;
  PublicUrlVerdict verdict = PublicUrlVerdict::kUnchecked;
  std::optional<WallTime> checked_at = {};  // when the answer was there
};

// How the API has it asked. Both are safe to call from any thread.
struct PublicUrl {
  std::function<PublicUrlReport()> last;  // without asking
  // Asks; calls `done` once, on a worker. Where it is being asked already, that answer counts.
  using Done = UniqueFunction<void(const PublicUrlReport&)>;
  std::function<void(Done done)> check;
};

}  // namespace strongroom::api
