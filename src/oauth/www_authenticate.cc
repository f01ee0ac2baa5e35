#include "oauth/www_authenticate.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "base/ascii.h"

namespace strongroom::oauth {
namespace {

Error refused(LiteralText message) { return Error{Code::kInvalidArgument, message}; }

bool is_one_of(std::string_view characters, char c) {
  return characters.find(c) != std::string_view::npos;
}
bool is_token_character(char c) {
  return is_letter(c) || is_digit(c) || is_one_of("!#$%&'*+-.^_`|~", c);
}
bool is_token68_character(char c) { return is_letter(c) || is_digit(c) || is_one_of("-._~+/", c); }
// qdtext and quoted-pair alike: no control characters but the tab.
bool may_be_quoted(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return c == '\t' || (byte >= 0x20 && byte != 0x7f);
}

// Takes a field value apart from its front.
class Cursor {
 public:
  explicit Cursor(std::string_view rest) : rest_(rest) {}

  bool at_end() const { return rest_.empty(); }
  bool at(char c) const { return rest_.starts_with(c); }
  bool take(char c) {
    if (!at(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool skip_space() {
    const bool any = at(' ') || at('\t');
    while (take(' ') || take('\t')) {
    }
    return any;
  }
  // Separators of list members, as many as there are.
  void skip_commas() {
    do {
      skip_space();
    } while (take(','));
  }
  std::string_view token() { return take_while(is_token_character); }
  // With the padding behind it; empty: there is none that ends where a challenge may end.
  std::string_view token68() {
    std::size_t length = 0;
    while (length < rest_.size() && is_token68_character(rest_[length])) ++length;
    if (length == 0) return {};
    while (length < rest_.size() && rest_[length] == '=') ++length;
    const std::size_t next = rest_.find_first_not_of(" \t", length);
    if (next != std::string_view::npos && rest_[next] != ',') return {};
    const std::string_view taken = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return taken;
  }
  // Behind its opening quote. nullopt: it never ends, or holds what it must not.
  std::optional<std::string> quoted() {
    std::string out;
    while (!rest_.empty()) {
      if (take('"')) return out;
      take('\\');
      if (rest_.empty() || !may_be_quoted(rest_.front())) return std::nullopt;
      out += rest_.front();
      rest_.remove_prefix(1);
    }
    return std::nullopt;
  }
  // What the next list member begins with is a parameter of the challenge before it, not a scheme.
  bool at_parameter() const {
    Cursor ahead = *this;
    if (ahead.token().empty()) return false;
    ahead.skip_space();
    return ahead.at('=');
  }

 private:
  std::string_view take_while(bool (*wanted)(char)) {
    const auto end = std::ranges::find_if_not(rest_, wanted);
    const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(taken.size());
    return taken;
  }

  std::string_view rest_;
};

Status read_parameter(Cursor& in, Challenge& challenge) {
  const std::string name = lower_case(std::string(in.token()));
  in.skip_space();
  if (name.empty() || !in.take('=')) return refused("A challenge's parameter has no name.");
  in.skip_space();
  std::string value;
  if (in.take('"')) {
    auto quoted = in.quoted();
    if (!quoted) return refused("A quoted text of a challenge does not end.");
    value = *std::move(quoted);
  } else {
    value = std::string(in.token());
    if (value.empty()) return refused("A challenge's parameter has no value.");
  }
  if (challenge.find(name) != nullptr) return refused("A challenge has a parameter twice.");
  if (challenge.parameters.size() == kMaxChallengeParameters) {
    return refused("A challenge has too many parameters.");
  }
  challenge.parameters.emplace_back(name, std::move(value));
  return {};
}

// Parameters, separated by commas, up to where another challenge begins.
Status read_parameters(Cursor& in, Challenge& challenge) {
  while (in.at_parameter()) {
    STRONGROOM_CHECK(read_parameter(in, challenge));
    in.skip_space();
    if (in.at_end()) return {};
    if (!in.at(',')) return refused("Between two parameters of a challenge there is no comma.");
    in.skip_commas();
  }
  return {};
}

Result<Challenge> read_challenge(Cursor& in) {
  Challenge challenge;
  challenge.scheme = lower_case(std::string(in.token()));
  if (challenge.scheme.empty()) return refused("A challenge has no scheme.");
  const bool spaced = in.skip_space();
  if (in.at_end() || in.at(',')) return challenge;
  if (!spaced) return refused("A challenge's scheme is not one.");
  // "a=" is padding, and "a=b" a parameter: only what comes behind tells.
  challenge.token68 = std::string(in.token68());
  if (!challenge.token68.empty()) {
    in.skip_space();
    return challenge;
  }
  if (!in.at_parameter()) return refused("A challenge is neither a token nor parameters.");
  STRONGROOM_CHECK(read_parameters(in, challenge));
  return challenge;
}

}  // namespace

const std::string* Challenge::find(std::string_view name) const {
  const auto found =
      std::ranges::find(parameters, name, &std::pair<std::string, std::string>::first);
  return found == parameters.end() ? nullptr : &found->second;
}

Result<std::vector<Challenge>> parse_challenges(std::string_view value) {
  if (value.size() > kMaxChallengeBytes) return refused("A challenge is too long.");
  std::vector<Challenge> challenges;
  Cursor in(value);
  in.skip_commas();
  while (!in.at_end()) {
    if (challenges.size() == kMaxChallenges) return refused("There are too many challenges.");
    STRONGROOM_TRY(Challenge challenge, read_challenge(in));
    challenges.push_back(std::move(challenge));
    in.skip_commas();
  }
  return challenges;
}

Result<std::vector<Challenge>> challenges_of(const std::vector<http::Header>& headers) {
  std::vector<Challenge> all;
  std::size_t bytes = 0;
  for (const http::Header& header : headers) {
    if (!http::same_field_name(header.name, "WWW-Authenticate")) continue;
    bytes += header.value.size();
    if (bytes > kMaxChallengeBytes) return refused("A challenge is too long.");
    STRONGROOM_TRY(auto some, parse_challenges(header.value));
    if (all.size() + some.size() > kMaxChallenges) return refused("There are too many challenges.");
    std::ranges::move(some, std::back_inserter(all));
  }
  return all;
}

}  // namespace strongroom::oauth
