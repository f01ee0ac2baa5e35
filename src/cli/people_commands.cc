// The commands for users, groups and roles: who may do what, and where.

#include "cli/people_commands.h"

#include <utility>

#include "base/permission.h"
#include "cli/program.h"
#include "cli/requests.h"

namespace strongroom::cli {
namespace {

std::vector<std::string> permission_names() {
  std::vector<std::string> names;
  names.reserve(std::size(kPermissionNames));
  for (const PermissionName& entry : kPermissionNames) names.emplace_back(entry.name);
  return names;
}

void add_user_fields(JsonBody& body, const Options& options) {
  body.add("full_name", options.full_name);
  body.add("email", options.email);
}

void add_group_fields(JsonBody& body, const Options& options) {
  body.add("description", options.description);
  body.add("claim_value", options.claim_value);
}

}  // namespace

// list, show and delete, which users, groups and roles have: what is deleted is gone at once.
void Program::add_people_common(Command app, const Noun& noun) {
  Command listed = verb(app, "list", "list them",
                        [this, &noun](Session& s) { return list(s, noun, list_query(o_)); });
  listed.option("--filter", o_.filter, "part of the name");
  listed.option("--page", o_.page, "from 1");
  listed.option("--page-size", o_.page_size, "1 to 1000");
  name_argument(verb(app, "show", "show one",
                     [this, &noun](Session& s) { return show(s, noun, reference(o_)); }));
  Command gone = verb(app, "delete", "with --yes, delete it for good", [this, &noun](Session& s) {
    return remove_for_good(s, noun, reference(o_), o_.yes);
  });
  name_argument(gone);
  gone.flag("--yes", o_.yes, "really delete");
}

void Program::add_user_commands(Command app) {
  add_people_common(app, kUser);
  Command made =
      verb(app, "create",
           "add a user; the password of the first sign-in is shown this once\n\n"
           "A user may do nothing until a group that they are in has a role.\n\n"
           "Example:\n"
           "  strongroom user create ada --full-name 'Ada Lovelace' --write-to ada.password",
           [this](Session& s) {
             JsonBody body;
             body.add("name", std::string_view(o_.name));
             add_user_fields(body, o_);
             if (o_.without_password) body.add_raw("password", "false");
             return create_user(s, body.body(), o_.new_key_file);
           });
  name_argument(made, "what they sign in with");
  user_fields(made);
  made.flag("--no-password", o_.without_password, "for single sign-on or API keys alone");
  made.option("--write-to", o_.new_key_file, "a new file of mode 0600 for the password");
  Command changed = verb(app, "update", "change one", [this](Session& s) {
    JsonBody body;
    body.add("name", o_.new_name);
    add_user_fields(body, o_);
    return update(s, kUser, reference(o_), body.body());
  });
  name_argument(changed);
  changed.option("--name", o_.new_name, "another name to sign in with");
  user_fields(changed);
  add_user_switch(app, "disable", "end their sessions and API keys at once, and keep them out",
                  "true");
  add_user_switch(app, "enable", "let them in again; no key comes back", "false");
  Command password =
      verb(app, "new-password",
           "give another password for one sign-in; on the server's host: reset-password",
           [this](Session& s) { return new_password(s, reference(o_), o_.new_key_file); });
  name_argument(password);
  password.option("--write-to", o_.new_key_file, "a new file of mode 0600 for the password");
  add_user_sessions(app);
}

void Program::add_user_sessions(Command app) {
  name_argument(verb(app, "sessions", "list the browsers in which they are signed in",
                     [this](Session& s) { return list_user_sessions(s, reference(o_)); }));
  Command ended = verb(app, "end-sessions", "end all of them at once, or one", [this](Session& s) {
    return end_user_sessions(s, reference(o_), o_.key_id);
  });
  name_argument(ended);
  ended.option("--session", o_.key_id, "this one alone, by its id");
  name_argument(
      verb(app, "belongings", "what they own, and what was authorized with their accounts",
           [this](Session& s) { return show_part(s, kUser, reference(o_), "belongings"); }));
  Command given = verb(app, "reassign", "make somebody else the owner of all that they own",
                       [this](Session& s) {
                         return reassign(s, reference(o_), Reference{o_.member, {}});
                       });
  name_argument(given);
  given.option("--to", o_.member, "the other user's name or id").must_be_given("--to");
}

void Program::user_fields(Command app) {
  app.option("--full-name", o_.full_name, "for people to read");
  app.option("--email", o_.email, "also what makes them the owner of things");
}

void Program::add_user_switch(Command app, const char* name, const char* help, const char* value) {
  name_argument(verb(app, name, help, [this, value](Session& s) {
    JsonBody body;
    body.add_raw("disabled", value);
    return update(s, kUser, reference(o_), body.body());
  }));
}

void Program::add_groups() {
  Command app = tree_.top().group("group", "who is together in what, and which roles they have");
  add_people_common(app, kGroup);
  const auto fields = [this](Command command) {
    command.option("--description", o_.description, "what it is for");
    command.option("--claim-value", o_.claim_value,
                   "what single sign-on calls it in its groups claim");
  };
  Command made = verb(app, "create", "add a group", [this](Session& s) {
    JsonBody body;
    body.add("name", std::string_view(o_.name));
    add_group_fields(body, o_);
    return create(s, kGroup, body.body());
  });
  name_argument(made, "its name");
  fields(made);
  Command changed = verb(app, "update", "change one", [this](Session& s) {
    JsonBody body;
    body.add("name", o_.new_name);
    add_group_fields(body, o_);
    return update(s, kGroup, reference(o_), body.body());
  });
  name_argument(changed);
  changed.option("--name", o_.new_name, "another name");
  fields(changed);
  add_group_members(app);
  add_group_roles(app);
}

void Program::add_group_members(Command groups) {
  Command app = groups.group("member", "who is in a group");
  const auto with_user = [this](Command command) {
    command.argument("GROUP", o_.name, "the group's name or id");
    command.argument("USER", o_.member, "the user's name or id");
  };
  Command listed = verb(app, "list", "list them", [this](Session& s) {
    return list_members(s, reference(o_), list_query(o_));
  });
  listed.argument("GROUP", o_.name, "the group's name or id");
  listed.option("--page", o_.page, "from 1");
  listed.option("--page-size", o_.page_size, "1 to 1000");
  with_user(verb(app, "add", "put a user in", [this](Session& s) {
    return set_member(s, reference(o_), Reference{o_.member, {}}, true);
  }));
  with_user(verb(app, "remove", "take a user out", [this](Session& s) {
    return set_member(s, reference(o_), Reference{o_.member, {}}, false);
  }));
}

void Program::add_group_roles(Command app) {
  const auto role = [this](Command command, const char* project_help) {
    command.argument("GROUP", o_.name, "the group's name or id");
    command.argument("ROLE", o_.member, "the role's name or id");
    command.option("--project", o_.project, project_help);
  };
  role(verb(app, "grant",
            "give a group a role, everywhere or in a project\n\n"
            "Examples:\n"
            "  strongroom group grant Auditors Auditor\n"
            "  strongroom group grant 'Finance developers' Developer --project Finance",
            [this](Session& s) {
              return grant_role(s, Reference{o_.name, {}}, o_.member, o_.project);
            }),
       "in this project alone; without: everywhere");
  role(verb(app, "revoke", "take a role from a group",
            [this](Session& s) {
              return revoke_role(s, Reference{o_.name, {}}, o_.member, o_.project);
            }),
       "the one of this project; without: the one of everywhere");
}

void Program::add_roles() {
  Command app = tree_.top().group("role", "sets of permissions; groups have them");
  add_people_common(app, kRole);
  const auto fields = [this](Command command) {
    command.option("--description", o_.description, "what it is for");
    command.option("--permission", o_.permissions, "repeatable; all that it allows")
        .must_be_one_of("--permission", permission_names());
  };
  Command made = verb(app, "create",
                      "add a role\n\n"
                      "Example:\n"
                      "  strongroom role create 'Help desk' --permission view --permission disable",
                      [this](Session& s) {
                        JsonBody body;
                        body.add("name", std::string_view(o_.name));
                        body.add("description", o_.description);
                        body.add("permissions", o_.permissions);
                        return create(s, kRole, body.body());
                      });
  name_argument(made, "its name");
  fields(made);
  made.must_be_given("--permission");
  Command changed =
      verb(app, "update", "change one; built-in roles stay as they are", [this](Session& s) {
        JsonBody body;
        body.add("name", o_.new_name);
        body.add("description", o_.description);
        body.add("permissions", o_.permissions);
        return update(s, kRole, reference(o_), body.body());
      });
  name_argument(changed);
  changed.option("--name", o_.new_name, "another name");
  fields(changed);
}

}  // namespace strongroom::cli
