#pragma once
// What each route needs, how robots prove who they are, and what each built-in role has, as a
// table.

namespace strongroom::app {

// Writes it to standard output as JSON: {"routes": […], "robot_methods": […], "roles": […]}.
// Answers the exit code.
int show_permissions();

}  // namespace strongroom::app
