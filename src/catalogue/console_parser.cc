#include "catalogue/console_parser.h"

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <boost/json.hpp>

namespace strongroom::catalogue {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxPasteHints = 5;
constexpr std::size_t kMaxUsualScopes = 30;
constexpr std::size_t kMaxReasons = 10;

constexpr LiteralText kNoMarkup = "This is plain text, without markup.";

// Words for people. Markup would be shown as it stands: whoever wrote it meant something else.
std::string read_words(ObjectReader& in, std::string_view name, TextRule rule, Need need) {
  std::string words = in.text(name, rule, need);
  if (words.find_first_of("<>") != std::string::npos) {
    in.problems().report(child(in.pointer(), name), kNoMarkup);
  }
  return words;
}

// The names are the API's, and few: for each there is a field that the hint stands beside.
std::string read_what(ObjectReader& in) {
  return std::string(in.choice<std::string_view>("what",
                                                 {{"redirect_uri", "redirect_uri"},
                                                  {"client_id", "client_id"},
                                                  {"client_secret", "client_secret"},
                                                  {"client_key", "client_key"},
                                                  {"scopes", "scopes"}},
                                                 "", Need::kRequired));
}

}  // namespace

ConsoleRules read_console(ObjectReader& in) {
  ConsoleRules rules;
  rules.icon = in.text("icon", TextRule::kSlug, Need::kOptional);
  rules.create_page = in.text("create_page", TextRule::kHttps, Need::kOptional);
  rules.create_hint = read_words(in, "create_hint", TextRule::kPlain, Need::kOptional);
  in.each("paste", Need::kOptional, kMaxPasteHints,
          [&](const json::value& element, std::string at) {
            ObjectReader hint(element, std::move(at), in.problems());
            std::string what = read_what(hint);
            rules.paste.push_back(
                {std::move(what), read_words(hint, "where", TextRule::kPlain, Need::kRequired)});
          });
  in.each(
      "usual_scopes", Need::kOptional, kMaxUsualScopes,
      [&](const json::value& element, std::string at) {
        ObjectReader usual(element, std::move(at), in.problems());
        std::string scope = usual.text("scope", TextRule::kScope, Need::kRequired);
        rules.usual_scopes.push_back(
            {std::move(scope), read_words(usual, "purpose", TextRule::kLabel, Need::kRequired)});
      });
  rules.ended_because = in.texts("ended_because", TextRule::kPlain, kMaxReasons);
  for (std::size_t i = 0; i < rules.ended_because.size(); ++i) {
    if (rules.ended_because[i].find_first_of("<>") == std::string::npos) continue;
    in.problems().report(child(child(in.pointer(), "ended_because"), i), kNoMarkup);
  }
  return rules;
}

void check_console(const Provider& provider, Problems& problems) {
  const ConsoleRules& rules = provider.console;
  std::set<std::string_view> said;
  for (std::size_t i = 0; i < rules.paste.size(); ++i) {
    if (said.insert(rules.paste[i].what).second) continue;
    problems.report(child(child("/console/paste", i), "what"), "This is said already.");
  }
  std::set<std::string_view> scopes;
  for (std::size_t i = 0; i < rules.usual_scopes.size(); ++i) {
    const std::string& scope = rules.usual_scopes[i].scope;
    const std::string at = child(child("/console/usual_scopes", i), "scope");
    if (!scopes.insert(scope).second) problems.report(at, "This scope is there already.");
    if (scope.find(provider.scopes.delimiter) != std::string::npos) {
      problems.report(at, "A scope cannot hold the delimiter.");
    }
  }
}

}  // namespace strongroom::catalogue
