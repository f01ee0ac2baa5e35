#pragma once
// What `strongroom provider try` prints of requests and answers. Secrets are ***, and so is
// everything that a provider wrote, but for the few members that say nothing about anybody.

#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "catalogue/provider.h"
#include "http/client.h"
#include "oauth/token_failure.h"
#include "oauth/token_request.h"
#include "oauth/token_response.h"

namespace strongroom::app {

// Not for several threads at once.
class TryTranscript {
 public:
  // `out` must outlive it.
  explicit TryTranscript(std::ostream& out) : out_(out) {}

  // Wherever `secret` would be printed from now on, *** is, whoever repeats it. One of fewer than
  // six characters would hide half of the words, and is not looked for.
  void hide(std::string_view secret);

  // "2. Refresh"
  void heading(std::string_view text);
  void line(std::string_view text);
  // A line below a heading.
  void note(std::string_view text);

  // Where it goes, and each header and parameter.
  void request(const oauth::TokenRequest& request);
  // Where a browser is sent, with its parameters: values only of those that are of the entry, or
  // that OAuth publishes.
  void authorization(const std::string& url, const catalogue::Provider& provider);
  // Status, time, headers that matter, and each member of the body.
  void answer(const http::IncomingResponse& response, catalogue::ResponseFormat format);

  // What it means.
  void tokens(const oauth::TokenSet& tokens);
  void failure(const oauth::TokenFailure& failure);
  void failure(std::string_view cause, LiteralText message, std::string_view who,
               LiteralText where);

 private:
  void members(const http::IncomingResponse& response, catalogue::ResponseFormat format);

  std::ostream& out_;
  std::vector<SecretBytes> hidden_;
  std::size_t headings_ = 0;
};

}  // namespace strongroom::app
