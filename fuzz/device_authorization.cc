// read_device_authorization and read_device_poll: whatever a provider answers.
//
// The first line of an input is the status, the second the media type, the rest the body.
#include "oauth/device_authorization.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "fuzz/fuzz_target.h"

namespace strongroom::fuzz {
namespace {

bool is_visible(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return '!' <= c && c <= '~'; });
}

}  // namespace

void one_input(std::string_view input) {
  Input rest(input);
  const std::string_view first = rest.line();
  oauth::RawAnswer answer;
  std::from_chars(first.data(), first.data() + first.size(), answer.response.status);
  answer.response.headers = {{"Content-Type", std::string(rest.line())}};
  answer.response.body = http::ResponseBody(rest.rest());
  const oauth::DevicePoll poll = oauth::read_device_poll(answer.response, answer.reading);
  require(answer.response.status < 500 || poll == oauth::DevicePoll::kOther,
          "who is down says nothing of the code");
  const auto read = oauth::read_device_authorization(answer);
  if (!read) {
    require(std::ranges::none_of(read.error().detail, is_control), "the detail quotes nothing");
    return;
  }
  require(answer.response.status == 200, "nothing else is a success");
  require(read->verification_uri.starts_with("https://"), "only https is shown");
  require(read->verification_uri_complete.empty() ||
              read->verification_uri_complete.starts_with("https://"),
          "only https is a link");
  require(is_visible(read->user_code) && !read->user_code.empty(), "the code can be typed");
  require(read->user_code.size() <= oauth::kMaxUserCodeBytes, "and is short");
  require(read->interval >= Seconds{1} && read->interval <= oauth::kLongestPollInterval,
          "the interval is clamped");
  require(read->lifetime > Seconds{0} && read->lifetime <= oauth::kLongestDeviceCode,
          "so is the lifetime");
}

}  // namespace strongroom::fuzz
