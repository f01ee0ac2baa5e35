#pragma once
// What each route needs of whoever asks: data, so that the router refuses by it before anything is
// read, and the table can be shown as it is.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/grants.h"
#include "base/result.h"

namespace strongroom::api {

enum class Where : std::uint8_t {
  kNobody,          // nothing: it shows what everybody may see, or proves who asks by itself
  kRobot,           // a robot's key, and a rule that lets it read; for no person
  kSession,         // a session of one's own, whatever its rights; API keys have none
  kSignedIn,        // a key or session, whatever its rights
  kSomewhere,       // the permission in some project; the answer has what is of those projects
  kInProject,       // in the project of the thing in the path; not seen there: 404
  kInNamedProject,  // in the project that the body names, itself or by a thing: 400 at that member
  kEverywhere,
};

struct Need {
  Where where = Where::kEverywhere;
  Permission permission = Permission::kView;  // where a permission is needed
  std::optional<Permission> or_else = {};     // does as well, for a part of what can be asked
  bool own = false;                           // one's own need no permission; the handler tells
  std::optional<Permission> also = {};        // needed besides, in the same place
  // A session must have shown within ten minutes who it is (identity::Sessions::kSteppedUp): what a
  // browser that was left open, or a stolen cookie, must not do. API keys are not asked; making one
  // is.
  bool step_up = false;
};

struct RouteNeed {
  std::string_view method;
  std::string_view pattern;
  Need need;
};

// Every route's, the look-up's included. A literal table; safe to read from any thread.
std::span<const RouteNeed> route_needs();
// nullopt: the route is not declared.
std::optional<Need> find_need(std::string_view method, std::string_view pattern);

// Whether `grants` may be enough; where a project matters, whoever knows the thing asks again.
// Errors: kPermissionDenied, with the missing permission's name as the parameter "permission".
Status may_ask(const Need& need, const Grants& grants);

// How a robot proves who it is, for the table: "key", "workload_token", … What is added here is
// tried on every route. A literal list; safe to read from any thread.
std::span<const std::string_view> robot_methods();

// "nobody", "robot", "session", … for the table.
std::string_view name_of(Where where);

}  // namespace strongroom::api
