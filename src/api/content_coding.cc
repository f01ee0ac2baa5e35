#include "api/content_coding.h"

#include <algorithm>
#include <optional>

#include "base/ascii.h"
#include "http/message.h"

namespace strongroom::api {
namespace {

constexpr int kFullWeight = 1000;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// What stands before the first `mark`, which is taken out of `rest` with it.
std::string_view take_until(char mark, std::string_view& rest) {
  const std::size_t at = std::min(rest.find(mark), rest.size());
  const std::string_view taken = rest.substr(0, at);
  rest.remove_prefix(std::min(at + 1, rest.size()));
  return trimmed(taken);
}

// In thousandths, from ";q=0.25"; what is not of that form counts as 0, so that a client never gets
// a coding that it may not have asked for.
int weight(std::string_view parameter) {
  if (parameter.empty()) return kFullWeight;
  if (parameter.size() < 3 || (parameter[0] | 0x20) != 'q' || parameter[1] != '=') return 0;
  parameter.remove_prefix(2);
  if (!is_digit(parameter[0]) || parameter.size() > 5) return 0;
  int thousandths = (parameter[0] - '0') * kFullWeight;
  if (parameter.size() > 1 && parameter[1] != '.') return 0;
  int unit = kFullWeight;
  for (const char c : parameter.substr(std::min<std::size_t>(2, parameter.size()))) {
    if (!is_digit(c)) return 0;
    unit /= 10;
    thousandths += (c - '0') * unit;
  }
  return thousandths <= kFullWeight ? thousandths : 0;
}

struct Weights {
  std::optional<int> identity;
  std::optional<int> gzip;
  std::optional<int> brotli;
  int others = 0;  // "*"
};

Weights read_weights(std::string_view header) {
  Weights weights;
  while (!header.empty()) {
    std::string_view item = take_until(',', header);
    const std::string_view coding = take_until(';', item);
    const int found = weight(trimmed(item));
    if (http::same_field_name(coding, "br")) {
      weights.brotli = found;
    } else if (http::same_field_name(coding, "gzip") || http::same_field_name(coding, "x-gzip")) {
      weights.gzip = found;
    } else if (http::same_field_name(coding, "identity")) {
      weights.identity = found;
    } else if (coding == "*") {
      weights.others = found;
    }
  }
  return weights;
}

}  // namespace

ContentCoding choose_coding(std::string_view accept_encoding, bool has_brotli, bool has_gzip) {
  const Weights weights = read_weights(accept_encoding);
  ContentCoding best = ContentCoding::kIdentity;
  int best_weight = weights.identity.value_or(0);
  const int gzip = has_gzip ? weights.gzip.value_or(weights.others) : 0;
  const int brotli = has_brotli ? weights.brotli.value_or(weights.others) : 0;
  if (gzip > 0 && gzip >= best_weight) {
    best = ContentCoding::kGzip;
    best_weight = gzip;
  }
  if (brotli > 0 && brotli >= best_weight) best = ContentCoding::kBrotli;
  return best;
}

bool names_tag(std::string_view if_none_match, std::string_view tag) {
  while (!if_none_match.empty()) {
    std::string_view named = take_until(',', if_none_match);
    if (named == "*") return true;
    if (named.starts_with("W/")) named.remove_prefix(2);
    if (named == tag) return true;
  }
  return false;
}

}  // namespace strongroom::api
