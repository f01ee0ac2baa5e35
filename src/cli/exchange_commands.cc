// What a provider was asked for an OAuth client, and said; what it would be asked.

#include <array>

#include "cli/program.h"
#include "cli/requests.h"

namespace strongroom::cli {
namespace {

constexpr std::array kExchangeColumns{Column{"SENT", "at"},
                                      Column{"MS", "duration_ms"},
                                      Column{"STATUS", "answer.status"},
                                      Column{"CAUSE", "cause"},
                                      Column{"HOP", "failed_hop"},
                                      Column{"CREDENTIAL", "request.credential.kind"},
                                      Column{"ADDRESS", "request.url"}};

}  // namespace

void Program::add_exchanges(Command oauth_clients) {
  Command last = verb(
      oauth_clients, "last-exchange", "what the provider was last asked for it, and said",
      [this](Session& s) { return show_part(s, kOAuthClient, reference(o_), "last-exchange"); });
  name_argument(last, "its label or id");
  narrow_by_target_system(last);
  Command all =
      verb(oauth_clients, "exchanges",
           "the last 20 times that the provider was asked for it\n\n"
           "With --output json: everything of each, as last-exchange has it.",
           [this](Session& s) {
             return show_list(s, kOAuthClient, reference(o_), "exchanges", kExchangeColumns);
           });
  name_argument(all, "its label or id");
  narrow_by_target_system(all);
  Command dry =
      verb(oauth_clients, "dry-run", "what the provider would be asked for it now; nothing is sent",
           [this](Session& s) {
             QueryParameters query;
             if (o_.resource) query.emplace_back("resource", *o_.resource);
             return act(s, kOAuthClient, reference(o_), "dry-run", query);
           });
  dry.option("--resource", o_.resource, "the one resource that the token would be for");
  name_argument(dry, "its label or id");
  narrow_by_target_system(dry);
}

}  // namespace strongroom::cli
