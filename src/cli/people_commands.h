#pragma once
// What the commands do with users, groups and roles beyond what they have in common with all other
// objects.

#include <optional>
#include <string>

#include "cli/resources.h"

namespace strongroom::cli {

// Prints the user, with the password of the first sign-in or that in `password_file`, if it is not
// empty: a new file of mode 0600.
ExitCode create_user(Session& session, const http::RequestBody& body,
                     const std::string& password_file);
// Another password, for one sign-in. The user's sessions end.
ExitCode new_password(Session& session, const Reference& user, const std::string& password_file);
ExitCode list_user_sessions(Session& session, const Reference& user);
// `id` empty: all of them.
ExitCode end_user_sessions(Session& session, const Reference& user, const std::string& id);
// Makes `to` the owner of what `user` owns.
ExitCode reassign(Session& session, const Reference& user, const Reference& to);

ExitCode list_members(Session& session, const Reference& group, const QueryParameters& query);
ExitCode set_member(Session& session, const Reference& group, const Reference& user, bool is_in);
// `role` and `project` by name or id; without a project: everywhere.
ExitCode grant_role(Session& session, const Reference& group, const std::string& role,
                    const std::optional<std::string>& project);
ExitCode revoke_role(Session& session, const Reference& group, const std::string& role,
                     const std::optional<std::string>& project);

}  // namespace strongroom::cli
