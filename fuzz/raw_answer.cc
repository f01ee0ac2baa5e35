// answer_from_bytes: what was kept of an answer reads back as it came, and nothing else does.
#include "oauth/raw_answer.h"

#include <string>

#include "base/testing/fake_clock.h"
#include "fuzz/fuzz_target.h"

namespace strongroom::fuzz {

void one_input(std::string_view input) {
  const FakeClock clock;
  if (const auto answer = oauth::answer_from_bytes(input, clock)) {
    const oauth::AnswerBytes again = oauth::to_bytes(*answer);
    const auto reread = oauth::answer_from_bytes(again.reveal(), clock);
    require(reread.has_value(), "what was read can be kept");
    require(reread->status == answer->status && reread->sent_at == answer->sent_at &&
                reread->headers.size() == answer->headers.size() &&
                reread->body.reveal() == answer->body.reveal(),
            "it reads back as the same");
  }
  Input rest(input);
  oauth::TokenAnswer made;
  made.status = rest.byte() + 100;
  made.headers.push_back({"Content-Type", std::string(rest.line())});
  made.body = http::ResponseBody(rest.rest());
  const oauth::AnswerBytes bytes = oauth::to_bytes(made);
  const auto back = oauth::answer_from_bytes(bytes.reveal(), clock);
  require(back.has_value() && back->body.reveal() == made.body.reveal() &&
              back->headers.at(0).value == made.headers.at(0).value,
          "what came can be kept");
  const std::string_view all = bytes.reveal();
  require(!oauth::answer_from_bytes(all.substr(0, all.size() - 1), clock).has_value(),
          "a part of it is nothing");
}

}  // namespace strongroom::fuzz
