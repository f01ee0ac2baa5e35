#pragma once
// What an entry tells people who set up an application at a service provider. Plain text only: it
// is shown as text, never as markup.

#include <string>
#include <vector>

namespace strongroom::catalogue {

// "Paste the redirect address under 'Authorized redirect URIs'".
struct PasteHint {
  std::string what;   // "redirect_uri", "client_id", "client_secret", "client_key", "scopes"
  std::string where;  // where it is entered or found at the provider
};

struct UsualScope {
  std::string scope;
  std::string purpose;  // in a few words
};

struct ConsoleRules {
  std::string icon = {};         // the name of a picture that the console has; empty: none
  std::string create_page = {};  // where an application is made; an https address, or empty
  std::string create_hint = {};  // what to choose there
  std::vector<PasteHint> paste = {};
  std::vector<UsualScope> usual_scopes = {};  // what people mostly want, for choosing from
  // For what reasons a sign-in there ends before its time, where the provider says no more than
  // invalid_grant.
  std::vector<std::string> ended_because = {};
};

}  // namespace strongroom::catalogue
