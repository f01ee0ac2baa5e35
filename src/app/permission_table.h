#pragma once
// What each route needs and what each built-in role has, as a table.

namespace strongroom::app {

// Writes it to standard output as JSON: {"routes": […], "roles": […]}. Answers the exit code.
int show_permissions();

}  // namespace strongroom::app
