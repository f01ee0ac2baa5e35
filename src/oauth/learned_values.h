#pragma once
// Values besides tokens that a provider says once: in a token endpoint's answer, or to the callback
// (catalogue/wire_rules.h). They are for whoever uses the token; nothing is ever sent where they
// say. Every byte is hostile, those of a callback also the browser's.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/provider.h"
#include "http/client.h"

namespace strongroom::oauth {

inline constexpr std::size_t kMaxLearnedValue = 256;

struct Learned {
  std::map<std::string, std::string> values = {};  // by the entry's names
  std::vector<std::string> dropped = {};           // names: what came is none of its kind
};

// What `text` is as `value`'s kind; nullopt: it is none. A text has letters, digits, and "-", "_",
// "." between them. A host is a DNS name under one of the suffixes, an address https, of such a
// host, without user, port, query, fragment and steps in its path; neither has a label that stands
// for other letters ("xn--"). Hosts are in lower case. All have at most 256 characters.
std::optional<std::string> learned_text(const catalogue::LearnedValue& value,
                                        std::string_view text);

// What an answer that brought a token says of the entry's values. What is not there is left out.
Learned learned_from_answer(const catalogue::Provider& provider,
                            const http::IncomingResponse& answer);

// The same of a callback's query, without its '?'.
Learned learned_from_callback(const catalogue::Provider& provider, std::string_view query);

}  // namespace strongroom::oauth
