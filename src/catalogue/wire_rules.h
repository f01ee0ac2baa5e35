#pragma once
// How one provider writes its token requests, where that is not a form of RFC 6749, and which
// values besides tokens come with an answer or a callback.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace strongroom::catalogue {

enum class BodyFormat : std::uint8_t { kForm, kJson };

struct WireRules {
  BodyFormat body = BodyFormat::kForm;
  std::string client_id_parameter = "client_id";          // of the form, and of authorizations
  std::string client_secret_parameter = "client_secret";  // of the form
  std::string refresh_endpoint = {};  // a template as the others; empty: the token endpoint
};

enum class LearnedFrom : std::uint8_t { kAnswer, kCallback };
enum class LearnedKind : std::uint8_t {
  kText,  // an identifier: letters, digits, and "-", "_", "." between them
  kHost,  // a name of a host under one of the suffixes
  kUrl,   // an https address of such a host
};

// A value that a provider says once, and that whoever uses the token needs: Salesforce's
// "instance_url". Never where credentials or codes are sent: those addresses are chosen before.
struct LearnedValue {
  std::string name;    // as robots get it
  std::string member;  // of the answer's object, or the callback's parameter
  LearnedFrom from = LearnedFrom::kAnswer;
  LearnedKind kind = LearnedKind::kText;
  std::vector<std::string> host_suffixes = {};  // ".salesforce.com"; none for kText
};

}  // namespace strongroom::catalogue
