// Who is told what happens to clients.

#include <array>
#include <string>

#include <boost/json.hpp>

#include "base/json.h"
#include "cli/input.h"
#include "cli/program.h"
#include "cli/requests.h"

namespace strongroom::cli {
namespace {

constexpr std::array kTargetColumns{Column{"NAME", "name"},
                                    Column{"URL", "url"},
                                    Column{"EVENTS", "events"},
                                    Column{"ENABLED", "enabled"},
                                    Column{"TOOK LAST", "delivered_at"},
                                    Column{"FAILING SINCE", "failing_since"},
                                    Column{"WAITING", "waiting"},
                                    Column{"DEAD", "dead_letters"},
                                    Column{"ID", "id"}};
constexpr std::array kDeliveryColumns{Column{"EVENT", "event_type"},
                                      Column{"CREATED", "created_at"},
                                      Column{"TRIES", "tries"},
                                      Column{"NEXT TRY", "next_try_at"},
                                      Column{"FAILURE", "failure"},
                                      Column{"RECIPIENT", "recipient"},
                                      Column{"ID", "id"}};

const Noun& target() {
  static const Noun noun{.name = "notification target",
                         .path = "/notification-targets",
                         .label_member = "name",
                         .columns = kTargetColumns,
                         .how_to_undo = "Add it again, and give its receiver the new secret."};
  return noun;
}

const Noun& delivery() {
  static const Noun noun{.name = "delivery",
                         .path = "/notification-deliveries",
                         .label_member = "id",
                         .columns = kDeliveryColumns};
  return noun;
}

// What the receiver did is the command's end as well, for scripts.
ExitCode try_out(Session& session, const Reference& which) {
  const auto id = resolve(session, target(), which);
  if (!id) return report_error(id.error());
  const auto answer = session.rest.call("POST", "/notification-targets/" + *id + "/test");
  if (!answer) return report_error(answer.error());
  const ExitCode printed = print(session, *answer);
  if (printed != ExitCode::kDone) return printed;
  const auto document = parse_json(answer->body.reveal());
  if (!document) return report_error(document.error());
  const boost::json::object& outcome = document->as_object();
  if (outcome.at("ok").as_bool()) return ExitCode::kDone;
  return outcome.at("status").is_null() ? ExitCode::kTryAgain : ExitCode::kProviderFailed;
}

}  // namespace

void Program::add_notifications() {
  Command app = tree_.top().group("notification", "who is told what happens to OAuth clients");
  Command listed = verb(app, "list", "list the webhooks that are told",
                        [this](Session& s) { return list(s, target(), list_query(o_)); });
  listed.option("--filter", o_.filter, "part of the name");
  listed.option("--page", o_.page, "from 1");
  listed.option("--page-size", o_.page_size, "1 to 1000");
  name_argument(verb(app, "show", "show one",
                     [this](Session& s) { return show(s, target(), reference(o_)); }));
  add_notification_creation(app);
  const auto add_act = [&](const char* name, const char* help, const char* action) {
    name_argument(verb(app, name, help, [this, action](Session& s) {
      return act(s, target(), reference(o_), action);
    }));
  };
  name_argument(
      verb(app, "test",
           "send it a test event now, and say what came of it\n\n"
           "Ends with 0 where it was taken, with 6 where the receiver refused it, and with "
           "75 where it could not be reached.",
           [this](Session& s) { return try_out(s, reference(o_)); }));
  add_act("rotate-secret", "sign with another secret, which is shown once; for a day both sign",
          "rotate-secret");
  add_act("resend", "try all its dead letters anew", "resend");
  Command removed =
      verb(app, "delete", "remove one, with what it was not told yet",
           [this](Session& s) { return remove_for_good(s, target(), reference(o_), o_.yes); });
  name_argument(removed);
  removed.flag("--yes", o_.yes, "do it; without: only say what would be removed");
  add_notification_deliveries(app);
}

void Program::add_notification_creation(Command app) {
  Command made = verb(app, "create",
                      "add a webhook; the secret that signs its calls is shown once\n\n"
                      "Example:\n"
                      "  strongroom notification create --name on-call --webhook "
                      "https://hooks.example.org/strongroom --event needs_sign_in --event failing",
                      [this](Session& s) {
                        JsonBody body;
                        body.add("name", o_.new_name);
                        body.add("url", o_.webhook);
                        body.add("events", o_.events);
                        body.add("projects", o_.projects);
                        body.add("allowed_addresses", o_.allowed_addresses);
                        if (o_.trusted_ca_file) {
                          const auto pem = read_input(*o_.trusted_ca_file);
                          if (!pem) return report_error(pem.error());
                          body.add("trusted_ca_pem", pem->reveal());
                        }
                        return create(s, target(), body.body());
                      });
  made.option("--name", o_.new_name, "how people call it").must_be_given("--name");
  made.option("--webhook", o_.webhook, "where events are posted to: https")
      .must_be_given("--webhook");
  made.option("--event", o_.events,
              "needs_sign_in, recovered, failing, dying or scopes_narrowed; may be repeated")
      .must_be_given("--event");
  made.option("--in-project", o_.projects,
              "the id of a project: only what happens there; may be repeated");
  made.option("--trusted-ca-file", o_.trusted_ca_file, "PEM: trust these CAs and no others");
  made.option("--allow-address", o_.allowed_addresses,
              "an address or range inside the network that it may be at; may be repeated");
}

void Program::add_notification_deliveries(Command app) {
  Command waiting = verb(app, "deliveries", "list what was not taken yet",
                         [this](Session& s) { return list(s, delivery(), list_query(o_)); });
  waiting.option("--state", o_.state, "waiting or dead; without: both")
      .must_be_one_of("--state", {"waiting", "dead"});
  waiting.option("--page", o_.page, "which page, from 1");
  waiting.option("--page-size", o_.page_size, "how many a page has, up to 1000");
  Command again = verb(app, "retry", "try a delivery now",
                       [this](Session& s) { return act(s, delivery(), reference(o_), "resend"); });
  again.argument("ID", o_.name, "the delivery's id");
  Command discarded = verb(app, "discard", "throw a delivery away", [this](Session& s) {
    const auto answer =
        s.rest.call("DELETE", "/notification-deliveries/" + percent_encode(o_.name));
    return answer ? print(s, *answer) : report_error(answer.error());
  });
  discarded.argument("ID", o_.name, "the delivery's id");
}

}  // namespace strongroom::cli
