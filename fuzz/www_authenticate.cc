// parse_challenges: whatever a resource writes into WWW-Authenticate, and what is made of it.
#include "oauth/www_authenticate.h"

#include <string>
#include <utility>

#include "base/ascii.h"
#include "fuzz/fuzz_target.h"
#include "http/url.h"
#include "oauth/protected_resource.h"

namespace strongroom::fuzz {
namespace {

// As a field value that says the same.
std::string written(const oauth::Challenge& challenge) {
  std::string text = challenge.scheme;
  if (!challenge.token68.empty()) return text + " " + challenge.token68;
  const char* before = " ";
  for (const auto& [name, value] : challenge.parameters) {
    text.append(before).append(name).append("=\"");
    for (const char c : value) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    text += '"';
    before = ", ";
  }
  return text;
}

}  // namespace

void one_input(std::string_view value) {
  const auto challenges = oauth::parse_challenges(value);
  if (!challenges) return;
  require(value.size() <= oauth::kMaxChallengeBytes, "no more is read than may be");
  require(challenges->size() <= oauth::kMaxChallenges, "there are not too many");
  for (const oauth::Challenge& challenge : *challenges) {
    require(!challenge.scheme.empty() && lower_case(challenge.scheme) == challenge.scheme,
            "a scheme is a word in lower case");
    require(challenge.token68.empty() || challenge.parameters.empty(), "it is one or the other");
    require(challenge.parameters.size() <= oauth::kMaxChallengeParameters, "nor parameters");
    for (const auto& [name, content] : challenge.parameters) {
      require(challenge.find(name) != nullptr && *challenge.find(name) == content,
              "a parameter is there once");
    }
    const std::string again = written(challenge);
    if (again.size() > oauth::kMaxChallengeBytes) continue;
    const auto same = oauth::parse_challenges(again);
    require(same && same->size() == 1 && same->front().scheme == challenge.scheme &&
                same->front().token68 == challenge.token68 &&
                same->front().parameters == challenge.parameters,
            "what was read can be written and reads back as the same");
  }
  const auto found = oauth::read_resource_challenge(*challenges, "https://mcp.example/tools");
  if (!found || found->metadata_url.empty()) return;
  const auto url = http::Url::parse(found->metadata_url);
  require(url && url->origin() == "https://mcp.example", "a resource names no other server");
}

}  // namespace strongroom::fuzz
