// signature_base_string: whoever signs and whoever checks must see the same request.
//
// The first line of an input is the method, the second the address; what follows is a form body.
#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "fuzz/fuzz_target.h"
#include "http/message.h"
#include "http/url.h"
#include "oauth/oauth1_signature.h"

namespace strongroom::fuzz {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

std::string decoded(std::string_view text) {
  std::string out;
  require(http::percent_decode(text, false, out), "what was encoded can be decoded");
  require(oauth::oauth1_encode(out) == text, "there is one way to encode");
  return out;
}

// Takes the last of the three parts apart, as a provider would who wants to see what was signed.
Pairs signed_pairs(std::string_view parameters) {
  Pairs pairs;
  std::string text = decoded(parameters);
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view field = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const std::size_t equals = field.find('=');
    require(equals != std::string_view::npos, "each parameter has its sign");
    pairs.emplace_back(field.substr(0, equals), field.substr(equals + 1));
  }
  return pairs;
}

void check_pairs(const Pairs& pairs, const oauth::Oauth1Parameters& meant) {
  require(std::ranges::is_sorted(pairs), "parameters are sorted by their encoded bytes");
  Pairs expected;
  for (const oauth::Oauth1Parameter& parameter : meant) {
    if (parameter.name == "oauth_signature") continue;
    expected.emplace_back(parameter.name, parameter.value);
  }
  Pairs found;
  for (const auto& [name, value] : pairs) found.emplace_back(decoded(name), decoded(value));
  std::ranges::sort(expected);
  std::ranges::sort(found);
  require(found == expected, "every parameter is signed, as often as it is there");
}

}  // namespace

void one_input(std::string_view bytes) {
  Input input(bytes);
  const std::string_view method = input.line();
  const std::string_view address = input.line();
  const auto form = oauth::read_signed_parameters(input.rest());
  if (!form) return;
  const auto text = oauth::signature_base_string(method, address, *form);
  if (!text) return;
  const std::size_t first = text->find('&');
  const std::size_t second = text->find('&', first + 1);
  require(second != std::string::npos && text->find('&', second + 1) == std::string::npos,
          "there are three parts");
  require(text->substr(0, first) == method, "the first is the method");
  const std::string uri = decoded(text->substr(first + 1, second - first - 1));
  const auto url = http::Url::parse(address);
  require(url && uri == url->origin() + url->path, "the second is the address without its query");
  oauth::Oauth1Parameters meant = oauth::read_signed_parameters(url->query).value();
  meant.insert(meant.end(), form->begin(), form->end());
  check_pairs(signed_pairs(text->substr(second + 1)), meant);

  std::ranges::reverse(meant);
  require(oauth::signature_base_string(method, uri, meant).value() == *text,
          "neither the order nor the place of a parameter counts");
}

}  // namespace strongroom::fuzz
